using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The data of an experiment, decided: sizes and counts.</summary>
/// <param name="Source">Where images come from.</param>
/// <param name="Path">Folder of the data set, where the spec names one.</param>
/// <param name="Side">Side of the square images in pixels.</param>
/// <param name="Channels">Colour channels: 1 or 3.</param>
/// <param name="Classes">Number of classes; 0 where no stage needs labels and the spec names none.</param>
/// <param name="TrainImages">Images in the training split.</param>
/// <param name="TestImages">Images in the test split; 0 where no stage needs them and the spec names none.</param>
/// <param name="Unlabelled">Training images used without labels.</param>
/// <param name="Labels">Labelled images.</param>
/// <param name="SkipBroken">Damaged training images that are left out; more are an error.</param>
/// <param name="LabelList">File that names the labelled images; null where they are chosen by the seed.</param>
/// <param name="OfficialList">
/// File that names the labelled images where the data set's folder has it, as the paper's 1 % and 10 % of ImageNet are fixed lists; null where
/// there is no such list, or the spec chooses the labelled images otherwise.
/// </param>
/// <param name="LabelSeed">Seed of the choice of labelled images, where it is not the experiment's.</param>
/// <param name="Bicubic">How crops are resized.</param>
/// <param name="Antialias">Whether crops that shrink are antialiased.</param>
/// <param name="TrainLabels">Images of the training split that have a label; null for all of them.</param>
/// <param name="Validation">Labelled images of the training split that are held out; no stage learns from them.</param>
/// <param name="On">Images that results are measured on.</param>
public sealed record DataPlan(
    DataSource Source,
    string? Path,
    int Side,
    int Channels,
    int Classes,
    int TrainImages,
    int TestImages,
    int Unlabelled,
    int Labels,
    int SkipBroken = 0,
    string? LabelList = null,
    Bicubic Bicubic = Bicubic.Tf2,
    bool Antialias = true,
    int? TrainLabels = null,
    int? LabelSeed = null,
    string? OfficialList = null,
    [param: LeftOutAtDefault] int Validation = 0,
    [param: LeftOutAtDefault] EvaluateOn On = EvaluateOn.Test
)
{
    // Above this side the images of a data set may not fit in memory, and are worth decoding at the size of their crop.
    private const int LargestInMemory = 64;

    /// <summary>Whether images stay files until a batch needs them, rather than lie decoded in memory.</summary>
    public bool StaysEncoded => Source is DataSource.Imagenet or DataSource.Folder or DataSource.Shards && Side > LargestInMemory;

    /// <summary>Images of the training split that stages may learn from.</summary>
    public int NotHeldOut => TrainImages - Validation;

    /// <summary>Images of the training split that have a label.</summary>
    public int WithLabel => TrainLabels ?? TrainImages;

    /// <summary>
    /// How many of <see cref="Unlabelled"/> have a label, which only evaluation on the frozen encoder looks at: the same share as of all
    /// training images that are not held out, rounded down.
    /// </summary>
    public int Bank =>
        TrainLabels is { } labels && NotHeldOut > 0 ? (int)((long)Unlabelled * Math.Max(0, labels - Validation) / NotHeldOut) : Unlabelled;

    // The paper's 1 % and 10 % are fixed lists (footnote 3), by the number of their images.
    private static string? Official(DataSpec spec, int labels) =>
        spec is { Source: DataSource.Imagenet, LabelList: null, LabelSeed: null }
            ? labels switch
            {
                12_811 => "1percent.txt",
                128_116 => "10percent.txt",
                _ => null,
            }
            : null;

    /// <summary>Decides sizes and counts; a share of the training images is rounded down, as the official 1 % and 10 % lists are.</summary>
    public static DataPlan Of(DataSpec spec)
    {
        var (side, channels, classes, train, test) = spec.Source switch
        {
            DataSource.FashionMnist => (28, 1, 10, 60_000, 10_000),
            DataSource.Cifar10 => (32, 3, 10, 50_000, 10_000),
            DataSource.Cifar100 => (32, 3, 100, 50_000, 10_000),
            DataSource.Imagenet => (224, 3, 1000, 1_281_167, 50_000),
            // What a folder leaves out is an error of its own; a plan is made all the same, for the other rules.
            DataSource.Folder or DataSource.Shards => (224, 3, spec.Classes ?? 0, spec.TrainImages ?? int.MaxValue, spec.TestImages ?? 0),
            _ => (32, 3, spec.Classes ?? 10, 1024, 256),
        };
        // What cannot be held out is an error of its own, and then none are.
        var held =
            spec.Validation is { } validation && classes > 0 && validation.Of(train) is var count && count <= train - classes
                ? (int)count
                : 0;
        return new(
            spec.Source,
            spec.Path,
            spec.Image ?? side,
            channels,
            classes,
            train,
            test,
            Unlabelled: spec.Unlabelled.CountOf(train - held),
            Labels: classes == 0 ? 0 : spec.Labels.CountOf(train - held),
            SkipBroken: spec.SkipBroken?.CountOf(train) ?? 0,
            spec.LabelList,
            spec.Bicubic,
            spec.Antialias,
            TrainLabels: spec.TrainLabels == train ? null : spec.TrainLabels,
            LabelSeed: spec.LabelSeed,
            OfficialList: Official(spec, spec.Labels.CountOf(train - held)),
            Validation: held
        );
    }
}

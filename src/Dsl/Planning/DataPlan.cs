using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The data of an experiment with all sizes and counts known.</summary>
/// <param name="Source">Where images come from.</param>
/// <param name="Path">Folder of the data set; null where the spec names none.</param>
/// <param name="Side">Side of the square images in pixels.</param>
/// <param name="Channels">Colour channels: 1 or 3.</param>
/// <param name="Classes">Number of classes; 0 where no stage needs labels and the spec names none.</param>
/// <param name="TrainImages">Images in the training split.</param>
/// <param name="TestImages">Images in the test split; 0 where no stage needs them and the spec names none.</param>
/// <param name="Unlabelled">Number of training images that are used without their labels.</param>
/// <param name="Labels">Number of labelled images.</param>
/// <param name="SkipBroken">Largest number of damaged training images that are skipped; more are an error.</param>
/// <param name="LabelList">File that names the labelled images; null where they are chosen by the seed.</param>
/// <param name="OfficialList">
/// File with the names of the labelled images, which is used if the data set's folder has it: the paper's 1 % and 10 % of ImageNet are
/// fixed lists (footnote 3). Null where there is no such list, or where the spec chooses the labelled images in another way.
/// </param>
/// <param name="LabelSeed">Seed that chooses the labelled images; null where it is the experiment's.</param>
/// <param name="Bicubic">Library whose bicubic kernel resizes crops.</param>
/// <param name="Antialias">Whether crops that shrink are antialiased.</param>
/// <param name="TrainLabels">Number of images of the training split that have a label; null for all of them.</param>
/// <param name="Validation">Number of labelled images of the training split that are held out; no stage learns from them.</param>
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

    /// <summary>Whether images are decoded from their files for each batch, rather than once for all into memory.</summary>
    public bool StaysEncoded => Source is DataSource.Imagenet or DataSource.Folder or DataSource.Shards && Side > LargestInMemory;

    /// <summary>Images of the training split that stages may learn from.</summary>
    public int NotHeldOut => TrainImages - Validation;

    /// <summary>Images of the training split that have a label.</summary>
    public int WithLabel => TrainLabels ?? TrainImages;

    /// <summary>
    /// Number of the <see cref="Unlabelled"/> images that have a label, from which the frozen encoder is evaluated (k nearest neighbours
    /// and linear evaluation): the same share as among all training images that are not held out, rounded down.
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

    /// <summary>Computes sizes and counts. A share of the training images is rounded down, as in the official 1 % and 10 % lists.</summary>
    public static DataPlan Of(DataSpec spec)
    {
        var (side, channels, classes, train, test) = spec.Source switch
        {
            DataSource.FashionMnist => (28, 1, 10, 60_000, 10_000),
            DataSource.Cifar10 => (32, 3, 10, 50_000, 10_000),
            DataSource.Cifar100 => (32, 3, 100, 50_000, 10_000),
            DataSource.Imagenet => (224, 3, 1000, 1_281_167, 50_000),
            // A missing count is reported by a rule of its own. The plan is made nevertheless, because the other rules need one.
            DataSource.Folder or DataSource.Shards => (224, 3, spec.Classes ?? 0, spec.TrainImages ?? int.MaxValue, spec.TestImages ?? 0),
            _ => (32, 3, spec.Classes ?? 10, 1024, 256),
        };
        // A number of labels for a data set that has a label for every image is reported by a rule of its own.
        var known = spec.Source is DataSource.Folder or DataSource.Shards && spec.TrainLabels != train ? spec.TrainLabels : null;
        // A validation split that is too large is reported by a rule of its own; here it counts as none.
        var held =
            spec.Validation is { } validation && classes > 0 && validation.Of(train) is var count && count <= (known ?? train) - classes
                ? (int)count
                : 0;
        return new(
            Source: spec.Source,
            Path: spec.Path,
            Side: spec.Image ?? side,
            Channels: channels,
            Classes: classes,
            TrainImages: train,
            TestImages: test,
            Unlabelled: spec.Unlabelled.CountOf(train - held),
            Labels: classes == 0 ? 0 : spec.Labels.CountOf(train - held),
            SkipBroken: spec.SkipBroken?.CountOf(train) ?? 0,
            LabelList: spec.LabelList,
            Bicubic: spec.Bicubic,
            Antialias: spec.Antialias,
            TrainLabels: known,
            LabelSeed: spec.LabelSeed,
            OfficialList: Official(spec, spec.Labels.CountOf(train - held)),
            Validation: held
        );
    }
}

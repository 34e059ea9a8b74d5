namespace SimClrDsl.Planning;

/// <summary>The data of an experiment, decided: sizes and counts.</summary>
/// <param name="Source">Where images come from.</param>
/// <param name="Path">Folder of the data set, where the spec names one.</param>
/// <param name="Side">Side of the square images in pixels.</param>
/// <param name="Channels">Colour channels: 1 or 3.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="TrainImages">Images in the training split.</param>
/// <param name="TestImages">Images in the test split.</param>
/// <param name="Unlabelled">Training images used without labels.</param>
/// <param name="Labels">Labelled images.</param>
/// <param name="SkipBroken">Damaged training images that are skipped; more are an error.</param>
/// <param name="LabelList">File that names the labelled images; null where they are chosen by the seed.</param>
/// <param name="Bicubic">How crops are resized.</param>
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
    Bicubic Bicubic = Bicubic.Tf2
)
{
    // Above this side the images of a data set may not fit in memory, and are worth decoding at the size of their crop.
    private const int LargestInMemory = 64;

    /// <summary>Whether images stay files until a batch needs them, rather than lie decoded in memory.</summary>
    public bool StaysEncoded => Source is DataSource.Imagenet or DataSource.Folder or DataSource.Shards && Side > LargestInMemory;

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
            DataSource.Folder or DataSource.Shards => (
                224,
                3,
                spec.Classes ?? 2,
                spec.TrainImages ?? int.MaxValue,
                spec.TestImages ?? int.MaxValue
            ),
            _ => (32, 3, spec.Classes ?? 10, 1024, 256),
        };
        return new(
            spec.Source,
            spec.Path,
            spec.Image ?? side,
            channels,
            classes,
            train,
            test,
            Unlabelled: (int)spec.Unlabelled.Of(train),
            Labels: (int)spec.Labels.Of(train),
            SkipBroken: (int)(spec.SkipBroken?.Of(train) ?? 0),
            spec.LabelList,
            spec.Bicubic
        );
    }
}

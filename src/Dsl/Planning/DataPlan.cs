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
public sealed record DataPlan(
    DataSource Source,
    string? Path,
    int Side,
    int Channels,
    int Classes,
    int TrainImages,
    int TestImages,
    int Unlabelled,
    int Labels
)
{
    /// <summary>Decides sizes and counts; a share of the training images is rounded down, as the official 1 % and 10 % lists are.</summary>
    public static DataPlan Of(DataSpec spec)
    {
        var (side, channels, classes, train, test) = spec.Source switch
        {
            DataSource.FashionMnist => (28, 1, 10, 60_000, 10_000),
            DataSource.Imagenet => (224, 3, 1000, 1_281_167, 50_000),
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
            Labels: (int)spec.Labels.Of(train)
        );
    }
}

namespace SimClrDsl;

/// <summary>Where images come from.</summary>
public enum DataSource
{
    /// <summary>Fashion-MNIST: 60,000 + 10,000 grey images of 28 px in 10 classes (Debian: dataset-fashion-mnist).</summary>
    FashionMnist,

    /// <summary>ImageNet ILSVRC 2012: 1,281,167 + 50,000 images in 1,000 classes; plans and generates, no reader yet.</summary>
    Imagenet,

    /// <summary>Random images made from the seed, for tests and planning.</summary>
    Synthetic,
}

/// <summary>Images and labels of an experiment.</summary>
public sealed record DataSpec
{
    [Field("Where images come from.")]
    public required DataSource Source { get; init; }

    [Field("Folder that holds the data set; left out, the place its package installs it to.")]
    public string? Path { get; init; }

    [Field("Side of the square images in pixels; left out, the source's own (28, 224 or 32).", Min = 8, Max = 1024)]
    public int? Image { get; init; }

    [Field("Number of classes, for synthetic data only; left out, 10.", Min = 2, Max = 100000)]
    public int? Classes { get; init; }

    [Field("Training images used without their labels: a count or a share.", Min = 0, AboveMin = true)]
    public Amount Unlabelled { get; init; } = Amount.All;

    [Field(
        "Labelled images, balanced over the classes: a count or a share of the training images (§3, 1 % and 10 %).",
        Min = 0,
        AboveMin = true
    )]
    public Amount Labels { get; init; } = Amount.Percent(10);
}

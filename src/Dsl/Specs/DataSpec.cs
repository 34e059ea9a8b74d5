namespace SimClrDsl.Specs;

/// <summary>Where images come from.</summary>
public enum DataSource
{
    /// <summary>Fashion-MNIST: 60,000 + 10,000 grey images of 28 px in 10 classes (Debian: dataset-fashion-mnist).</summary>
    FashionMnist,

    /// <summary>CIFAR-10: 50,000 + 10,000 images of 32 px in 10 classes, in the binary form of its authors.</summary>
    Cifar10,

    /// <summary>CIFAR-100: 50,000 + 10,000 images of 32 px in 100 fine classes, in the binary form of its authors.</summary>
    Cifar100,

    /// <summary>ImageNet ILSVRC 2012: 1,281,167 + 50,000 photographs in 1,000 classes, in folders as <see cref="Folder"/>.</summary>
    Imagenet,

    /// <summary>JPEG and PNG files in folders: train/CLASS/, test/CLASS/ or val/CLASS/, and unlabelled/ for images without a label.</summary>
    Folder,

    /// <summary>Tar files in WebDataset form, train-*.tar and test-*.tar or val-*.tar: KEY.jpg or KEY.png, and KEY.cls with its class as a number.</summary>
    Shards,

    /// <summary>Random images made from the seed, for tests and planning.</summary>
    Synthetic,
}

/// <summary>Which library's bicubic resampling crops are resized by; where they shrink with antialiasing, all libraries have one kernel.</summary>
public enum Bicubic
{
    /// <summary>TensorFlow 2: pixel centres at halves, a = −1/2, taps beyond the crop left out.</summary>
    Tf2,

    /// <summary>TensorFlow 1: pixels at whole numbers, a = −3/4, the crop's edge repeated.</summary>
    Tf1,

    /// <summary>PyTorch: pixel centres at halves, a = −3/4, the crop's edge repeated.</summary>
    Torch,
}

/// <summary>Images and labels of an experiment.</summary>
public sealed record DataSpec
{
    [Field("Where images come from.")]
    public required DataSource Source { get; init; }

    [Field(
        "Folder that holds the data set. A relative path is looked for beside the spec's file, then in $SIMCLR_DATA or else data/; left out, the place its package installs it to, or the source's name."
    )]
    public string? Path { get; init; }

    [Field("Side of the square images in pixels; left out, the source's own (28, 32 or 224).", Min = 8, Max = 1024)]
    public int? Image { get; init; }

    [Field(
        "Number of classes, for synthetic data (left out, 10), folders and shards (required by every stage but pretraining).",
        Min = 2,
        Max = 100000
    )]
    public int? Classes { get; init; }

    [Field(
        "Images for training, with or without a label; for folders and shards only, where it is required: step counts follow from it.",
        Min = 1,
        Max = 1e9
    )]
    public int? TrainImages { get; init; }

    [Field(
        "How many of the training images have a label, for folders and shards; left out, all. Evaluation on the frozen encoder uses only those.",
        Min = 0,
        Max = 1e9
    )]
    public int? TrainLabels { get; init; }

    [Field("Images for testing; for folders and shards only, where every stage but pretraining requires it.", Min = 1, Max = 1e9)]
    public int? TestImages { get; init; }

    [Field(
        "File of the labelled images' names, one a line, as the official 1 % and 10 % lists are; a relative path is looked for in the data set's folder, then beside the spec's file. labels then says how many they are."
    )]
    public string? LabelList { get; init; }

    [Field(
        "Seed of the choice of labelled images alone; left out, seed. Experiments that differ in it share everything that learns without labels.",
        Min = 0
    )]
    public int? LabelSeed { get; init; }

    [Field(
        "Damaged training images that are left out, a count or a share of all; left out, none. More are an error, as any damaged test image is.",
        Min = 0
    )]
    public Amount? SkipBroken { get; init; }

    [Field("Bicubic resampling of crops, by the library whose kernel it is.")]
    public Bicubic Bicubic { get; init; } = Bicubic.Tf2;

    [Field(
        "Whether crops that shrink are antialiased, as Pillow and torchvision do it; false gives the reference pipeline's pixels, in training and evaluation."
    )]
    public bool Antialias { get; init; } = true;

    [Field(
        "Training images with a label that are held out, balanced over the classes, for choices such as the label-only baseline's rate: a count or a share of the training images; no stage learns from them. Left out, none, and choices are made on the test images.",
        Min = 0
    )]
    public Amount? Validation { get; init; }

    [Field("Training images used without their labels: a count or a share, of those that are not held out.", Min = 0, AboveMin = true)]
    public Amount Unlabelled { get; init; } = Amount.All;

    [Field(
        "Labelled images, balanced over the classes: a count or a share of the training images that are not held out (§3, 1 % and 10 %).",
        Min = 0,
        AboveMin = true
    )]
    public Amount Labels { get; init; } = Amount.Percent(10);
}

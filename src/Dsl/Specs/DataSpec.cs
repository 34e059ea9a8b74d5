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

    /// <summary>
    /// JPEG, PNG, WebP and BMP files in folders: train/CLASS/, test/CLASS/ or val/CLASS/, and unlabelled/ for images without a label.
    /// </summary>
    Folder,

    /// <summary>
    /// Tar files in WebDataset form, train-*.tar and test-*.tar or val-*.tar: KEY.jpg (or png, webp, bmp), and KEY.cls with its class as a
    /// number.
    /// </summary>
    Shards,

    /// <summary>Random images made from the seed, for tests and planning.</summary>
    Synthetic,
}

/// <summary>
/// Library whose bicubic kernel resizes crops. It makes no difference to crops that shrink with antialiasing, where all libraries agree.
/// </summary>
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
    /// <summary>Where images come from.</summary>
    [Field("Where images come from.")]
    public required DataSource Source { get; init; }

    /// <summary>
    /// Folder that holds the data set. A relative path is looked for beside the spec's file, then in $SIMCLR_DATA or else data/; left out,
    /// the place its package installs it to, or the source's name.
    /// </summary>
    [Field(
        "Folder that holds the data set. A relative path is looked for beside the spec's file, then in $SIMCLR_DATA or "
            + "else data/; left out, the place its package installs it to, or the source's name."
    )]
    public string? Path { get; init; }

    /// <summary>Side of the square images in pixels; left out, the source's own (28, 32 or 224).</summary>
    [Field("Side of the square images in pixels; left out, the source's own (28, 32 or 224).", Min = 8, Max = 1024)]
    public int? Image { get; init; }

    /// <summary>
    /// Number of classes, for synthetic data (left out, 10), folders and shards (used by every stage but pretraining; of a folder that is
    /// found, counted where left out).
    /// </summary>
    [Field(
        "Number of classes, for synthetic data (left out, 10), folders and shards (used by every stage but pretraining; "
            + "of a folder that is found, counted where left out).",
        Min = 2,
        Max = 100000
    )]
    public int? Classes { get; init; }

    /// <summary>
    /// Number of training images, with or without a label; for folders and shards only, where step counts follow from it. Left out, the
    /// images of a folder are counted if it is found.
    /// </summary>
    [Field(
        "Number of training images, with or without a label; for folders and shards only, where step counts follow from "
            + "it. Left out, the images of a folder are counted if it is found.",
        Min = 1,
        Max = 1e9
    )]
    public int? TrainImages { get; init; }

    /// <summary>
    /// How many of the training images have a label, for folders and shards; left out, all, or as counted in a folder that is found.
    /// Evaluation on the frozen encoder uses only those.
    /// </summary>
    [Field(
        "How many of the training images have a label, for folders and shards; left out, all, or as counted in a folder "
            + "that is found. Evaluation on the frozen encoder uses only those.",
        Min = 0,
        Max = 1e9
    )]
    public int? TrainLabels { get; init; }

    /// <summary>
    /// Number of test images; for folders and shards only, where every stage that measures on them requires it. Left out, the images of a
    /// folder are counted if it is found.
    /// </summary>
    [Field(
        "Number of test images; for folders and shards only, where every stage that measures on them requires it. Left "
            + "out, the images of a folder are counted if it is found.",
        Min = 1,
        Max = 1e9
    )]
    public int? TestImages { get; init; }

    /// <summary>
    /// File of the labelled images' names, one a line, as the official 1 % and 10 % lists are; a relative path is looked for in the data
    /// set's folder, then beside the spec's file. labels then says how many they are.
    /// </summary>
    [Field(
        "File of the labelled images' names, one a line, as the official 1 % and 10 % lists are; a relative path is "
            + "looked for in the data set's folder, then beside the spec's file. labels then says how many they are."
    )]
    public string? LabelList { get; init; }

    /// <summary>
    /// Seed that chooses the labelled images; left out, seed. Experiments that differ in it alone share every stage that learns without
    /// labels.
    /// </summary>
    [Field(
        "Seed that chooses the labelled images; left out, seed. Experiments that differ in it alone share every stage "
            + "that learns without labels.",
        Min = 0
    )]
    public int? LabelSeed { get; init; }

    /// <summary>
    /// Largest number of damaged training images that are skipped, a count or a share of all; left out, none. More are an error, and so is
    /// any damaged test image.
    /// </summary>
    [Field(
        "Largest number of damaged training images that are skipped, a count or a share of all; left out, none. More are "
            + "an error, and so is any damaged test image.",
        Min = 0
    )]
    public Amount? SkipBroken { get; init; }

    /// <summary>Library whose bicubic kernel resizes crops.</summary>
    [Field("Library whose bicubic kernel resizes crops.")]
    public Bicubic Bicubic { get; init; } = Bicubic.Tf2;

    /// <summary>
    /// Whether crops that shrink are antialiased, as Pillow and torchvision do; false gives the reference pipeline's pixels, in training
    /// and evaluation.
    /// </summary>
    [Field(
        "Whether crops that shrink are antialiased, as Pillow and torchvision do; false gives the reference pipeline's "
            + "pixels, in training and evaluation."
    )]
    public bool Antialias { get; init; } = true;

    /// <summary>
    /// Training images with a label that are held out, balanced over the classes, for choices such as the label-only baseline's rate: a
    /// count or a share of the training images; no stage learns from them. Left out, none, and choices are made on the test images.
    /// </summary>
    [Field(
        "Training images with a label that are held out, balanced over the classes, for choices such as the label-only "
            + "baseline's rate: a count or a share of the training images; no stage learns from them. Left out, none, and "
            + "choices are made on the test images.",
        Min = 0
    )]
    public Amount? Validation { get; init; }

    /// <summary>Training images used without their labels: a count or a share, of those that are not held out.</summary>
    [Field("Training images used without their labels: a count or a share, of those that are not held out.", Min = 0, AboveMin = true)]
    public Amount Unlabelled { get; init; } = Amount.All;

    /// <summary>
    /// Labelled images, balanced over the classes: a count or a share of the training images that are not held out (§3, 1 % and 10 %).
    /// </summary>
    [Field(
        "Labelled images, balanced over the classes: a count or a share of the training images that are not held out (§3, "
            + "1 % and 10 %).",
        Min = 0,
        AboveMin = true
    )]
    public Amount Labels { get; init; } = Amount.Percent(10);
}

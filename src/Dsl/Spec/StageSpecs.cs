namespace SimClrDsl;

/// <summary>The nonlinear projection head (§2, §3.1).</summary>
public sealed record HeadSpec
{
    [Field("Number of layers.", Min = 2, Max = 4)]
    public int Layers { get; init; } = 3;

    [Field("Width of the output, the space of the contrastive loss.", Min = 1, Max = 8192)]
    public int Out { get; init; } = 128;
}

/// <summary>Contrastive pretraining with NT-Xent (§2, Eq. 1).</summary>
public sealed record PretrainSpec
{
    [Field("The projection head.")]
    public HeadSpec Head { get; init; } = new();

    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 800;

    [Field("Images a step; each gives two views.", Min = 2)]
    public int Batch { get; init; } = 4096;

    [Field("Temperature of NT-Xent.", Min = 0, AboveMin = true)]
    public double Temperature { get; init; } = 0.1;

    [Field("Augmentation of both views.")]
    public AugmentSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, LARS with base rate 0.1, √batch scaling, weight decay 1e-4.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>SimCLR's augmentation, in this order: crop and resize, flip, colour, grayscale, blur.</summary>
public sealed record AugmentSpec
{
    [Field("Share of the image's area that a crop keeps.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;

    [Field("Colour distortion; none switches it off.")]
    public ColourSpec? Colour { get; init; } = new();

    [Field("Probability of losing colour; no effect on grey images.", Min = 0, Max = 1)]
    public double Grayscale { get; init; } = 0.2;

    [Field("Probability of a Gaussian blur (sigma 0.1 to 2, kernel a tenth of the side).", Min = 0, Max = 1)]
    public double Blur { get; init; } = 0.5;
}

/// <summary>Colour distortion: brightness, contrast, saturation and hue in random order.</summary>
public sealed record ColourSpec
{
    [Field("Strength s: brightness, contrast and saturation by up to 0.8 s, hue by up to 0.2 s.", Min = 0, Max = 1.25)]
    public double Strength { get; init; } = 1;

    [Field("Probability that an image is distorted.", Min = 0, Max = 1)]
    public double Probability { get; init; } = 0.8;
}

/// <summary>Augmentation of the supervised stages: crop and flip only (§3.1).</summary>
public sealed record CropFlipSpec
{
    [Field("Share of the image's area that a crop keeps.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;
}

/// <summary>Measurements of the frozen pretrained encoder, and the label-only baseline of the same network.</summary>
public sealed record EvaluateSpec
{
    [Field("Weighted k-nearest-neighbour vote among the unlabelled images' features, with their labels.")]
    public KnnSpec? Knn { get; init; }

    [Field("A linear classifier on the frozen features, with the labels of all unlabelled images (§3.3).")]
    public LinearSpec? Linear { get; init; }

    [Field("The label-only baseline: the same network from scratch on the labelled images.")]
    public SupervisedSpec? Supervised { get; init; }
}

/// <summary>k-nearest-neighbour evaluation.</summary>
public sealed record KnnSpec
{
    [Field("Neighbours that vote.", Min = 1)]
    public int K { get; init; } = 200;

    [Field("Temperature of the votes' weights, exp(cosine / temperature).", Min = 0, AboveMin = true)]
    public double Temperature { get; init; } = 0.07;
}

/// <summary>Linear evaluation.</summary>
public sealed record LinearSpec
{
    [Field("Passes over the images.", Min = 1)]
    public int Epochs { get; init; } = 90;

    [Field("Images a step.", Min = 1)]
    public int Batch { get; init; } = 4096;

    [Field("Augmentation; none computes each image's features once.")]
    public CropFlipSpec? Augment { get; init; } = new();

    [Field("Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>The label-only baseline: the best evaluation of the best of several learning rates.</summary>
public sealed record SupervisedSpec
{
    [Field("Steps of each training.", Min = 1)]
    public int Steps { get; init; } = 1000;

    [Field("Images a step.", Min = 2)]
    public int Batch { get; init; } = 64;

    [Field("Peak learning rates tried, each from scratch.", Min = 0, AboveMin = true)]
    public Sequence<double> LearningRates { get; init; } = [0.03, 0.1, 0.3];

    [Field("Steps between evaluations on the test images; the best one counts.", Min = 1)]
    public int EvaluateEvery { get; init; } = 200;

    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Weight decay of kernels.", Min = 0)]
    public double WeightDecay { get; init; } = 1e-4;
}

/// <summary>Fine-tuning of the whole network from a layer of the projection head (§2, §3.1).</summary>
public sealed record FinetuneSpec
{
    [Field(
        "Layer of the projection head that the classifier sits on, 0 for the encoder's output; left out, 1, or 0 with all labels (§3.1).",
        Min = 0
    )]
    public int? FromHeadLayer { get; init; }

    [Field("Passes over the labelled images; left out, 60 up to 1 % labels, else 30 (§3.1).", Min = 1)]
    public int? Epochs { get; init; }

    [Field("Images a step.", Min = 2)]
    public int Batch { get; init; } = 1024;

    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, LARS with base rate 0.005, or 0.002 for networks that are wide or have selective kernels (§3.1).")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>Distillation of the fine-tuned network into a student (§2, Eq. 2 and 3).</summary>
public sealed record DistillSpec
{
    [Field("The student.")]
    public required StudentSpec Student { get; init; }

    [Field("Temperature of teacher and student; left out, 0.1 for a student like its teacher, else 1 (§3.1).", Min = 0, AboveMin = true)]
    public double? Temperature { get; init; }

    [Field("Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 1;

    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 400;

    [Field("Images a step.", Min = 2)]
    public int Batch { get; init; } = 4096;

    [Field("Augmentation; teacher and student see the same image.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, as for pretraining.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

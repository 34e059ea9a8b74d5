namespace SimClrDsl.Specs;

/// <summary>Measurements of the frozen pretrained encoder, and the label-only baseline of the same network.</summary>
public sealed record EvaluateSpec
{
    [Field("Weighted k-nearest-neighbour vote among the unlabelled images' features, with their labels.")]
    public KnnSpec? Knn { get; init; }

    [Field("A linear classifier on the frozen features, with the labels of all unlabelled images (§3.3).")]
    public LinearSpec? Linear { get; init; }

    [Field("The label-only baseline: the same network from scratch on the labelled images.")]
    public SupervisedSpec? Supervised { get; init; }

    [Field(
        "Images that every result is measured on: test, or validation, those of data.validation, to choose a recipe by them; left out, test."
    )]
    public EvaluateOn? On { get; init; }
}

/// <summary>Images that results are measured on.</summary>
public enum EvaluateOn
{
    /// <summary>The test images.</summary>
    Test,

    /// <summary>The training images that are held out; no test image is looked at.</summary>
    Validation,
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

    [Field("Images a step; left out, 4096 or all images where there are fewer.", Min = 1, Max = 1e9)]
    public int? Batch { get; init; }

    [Field("Augmentation; none computes each image's features once.")]
    public CropFlipSpec? Augment { get; init; } = new();

    [Field("Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>
/// The supervised baseline: the encoder with a linear classifier, from scratch. Given in steps it is the best evaluation of the best of
/// several learning rates, which favours it; given in epochs it is the paper's recipe, one rate and the last step (Table 1).
/// </summary>
public sealed record SupervisedSpec
{
    [Field("Labelled images it learns from; left out, those of data.labels.")]
    public Amount? Labels { get; init; }

    [Field("Passes over the labelled images; left out, steps says how long.", Min = 1)]
    public int? Epochs { get; init; }

    [Field("Steps of each training; left out, 1000, or what epochs make.", Min = 1)]
    public int? Steps { get; init; }

    [Field("Images a step; left out, 64, or 4096 with epochs, or all labelled images where there are fewer.", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, all of a step. The gradient is that of the whole batch; batch norms see one microbatch.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    [Field(
        "Peak learning rates tried, each from scratch, in place of the optimizer's; left out, 0.03, 0.1 and 0.3, or with epochs the optimizer's one.",
        Min = 0,
        AboveMin = true,
        Max = 1e30
    )]
    public Sequence<double>? LearningRates { get; init; }

    [Field(
        "Steps between evaluations on the validation images, or without any on the test images; the best one counts. Left out, 200, or with epochs the last step alone.",
        Min = 1
    )]
    public int? EvaluateEvery { get; init; }

    [Field("Share of the target that label smoothing spreads over all classes.", Min = 0, Max = 1)]
    public double LabelSmoothing { get; init; }

    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256 and weight decay 1e-4.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

namespace SimClrDsl.Specs;

/// <summary>Measurements of the frozen pretrained encoder, and the label-only baseline of the same network.</summary>
public sealed record EvaluateSpec
{
    /// <summary>
    /// Weighted k-nearest-neighbour classification; the neighbours are the images of data.unlabelled with their true labels.
    /// </summary>
    [Field("Weighted k-nearest-neighbour classification; the neighbours are the images of data.unlabelled with their true labels.")]
    public KnnSpec? Knn { get; init; }

    /// <summary>A linear classifier on the frozen features, trained with the true labels of all images of data.unlabelled (§3.3).</summary>
    [Field("A linear classifier on the frozen features, trained with the true labels of all images of data.unlabelled (§3.3).")]
    public LinearSpec? Linear { get; init; }

    /// <summary>The label-only baseline: the same network, trained from scratch on the labelled images.</summary>
    [Field("The label-only baseline: the same network, trained from scratch on the labelled images.")]
    public SupervisedSpec? Supervised { get; init; }

    /// <summary>
    /// Images that every result is measured on: test, or validation for those of data.validation, to choose a recipe without the test
    /// images; left out, test.
    /// </summary>
    [Field(
        "Images that every result is measured on: test, or validation for those of data.validation, to choose a recipe "
            + "without the test images; left out, test."
    )]
    public EvaluateOn? On { get; init; }
}

/// <summary>Images that results are measured on.</summary>
public enum EvaluateOn
{
    /// <summary>The test images.</summary>
    Test,

    /// <summary>The training images that data.validation holds out; no test image is read.</summary>
    Validation,
}

/// <summary>Weighted k-nearest-neighbour classification with the frozen features.</summary>
public sealed record KnnSpec
{
    /// <summary>Number of neighbours that vote.</summary>
    [Field("Number of neighbours that vote.", Min = 1)]
    public int K { get; init; } = 200;

    /// <summary>Temperature of the votes' weights, exp(cosine / temperature).</summary>
    [Field("Temperature of the votes' weights, exp(cosine / temperature).", Min = 0, AboveMin = true, Max = 1e30)]
    public double Temperature { get; init; } = 0.07;
}

/// <summary>Linear evaluation (§3.3): a linear classifier on the features of the frozen encoder.</summary>
public sealed record LinearSpec
{
    /// <summary>Passes over the images.</summary>
    [Field("Passes over the images.", Min = 1)]
    public int Epochs { get; init; } = 90;

    /// <summary>Images per step; left out, 4096 or all images where there are fewer.</summary>
    [Field("Images per step; left out, 4096 or all images where there are fewer.", Min = 1, Max = 1e9)]
    public int? Batch { get; init; }

    /// <summary>Augmentation; with none, each image's features are computed only once.</summary>
    [Field("Augmentation; with none, each image's features are computed only once.")]
    public CropFlipSpec? Augment { get; init; } = new();

    /// <summary>Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256.</summary>
    [Field("Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>
/// The supervised baseline: the encoder with a linear classifier, trained from scratch. If its length is given in steps, several learning
/// rates are tried and the best of all evaluations is its result, which favours the baseline. If it is given in epochs, the recipe is the
/// paper's (Table 1): one learning rate, measured after the last step.
/// </summary>
public sealed record SupervisedSpec
{
    /// <summary>Labelled images it learns from; left out, those of data.labels.</summary>
    [Field("Labelled images it learns from; left out, those of data.labels.")]
    public Amount? Labels { get; init; }

    /// <summary>Passes over the labelled images; left out, steps gives the length.</summary>
    [Field("Passes over the labelled images; left out, steps gives the length.", Min = 1)]
    public int? Epochs { get; init; }

    /// <summary>Steps of each training run; left out, 1000, or as many as epochs amount to.</summary>
    [Field("Steps of each training run; left out, 1000, or as many as epochs amount to.", Min = 1)]
    public int? Steps { get; init; }

    /// <summary>Images per step; left out, 64, or 4096 with epochs, or all labelled images where there are fewer.</summary>
    [Field("Images per step; left out, 64, or 4096 with epochs, or all labelled images where there are fewer.", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    /// <summary>
    /// Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is that of the whole
    /// batch; batch norms see one microbatch.
    /// </summary>
    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is "
            + "that of the whole batch; batch norms see one microbatch.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    /// <summary>
    /// Peak learning rates to try, each in a run from scratch, in place of the optimizer's; left out, 0.03, 0.1 and 0.3, or with epochs the
    /// optimizer's one.
    /// </summary>
    [Field(
        "Peak learning rates to try, each in a run from scratch, in place of the optimizer's; left out, 0.03, 0.1 and "
            + "0.3, or with epochs the optimizer's one.",
        Min = 0,
        AboveMin = true,
        Max = 1e30
    )]
    public Sequence<double>? LearningRates { get; init; }

    /// <summary>
    /// Steps between evaluations, on the validation images or, without any, on the test images; the best one counts. Left out, 200, or with
    /// epochs only after the last step.
    /// </summary>
    [Field(
        "Steps between evaluations, on the validation images or, without any, on the test images; the best one counts. "
            + "Left out, 200, or with epochs only after the last step.",
        Min = 1
    )]
    public int? EvaluateEvery { get; init; }

    /// <summary>Share of the target that label smoothing spreads over all classes.</summary>
    [Field("Share of the target that label smoothing spreads over all classes.", Min = 0, Max = 1)]
    public double LabelSmoothing { get; init; }

    /// <summary>Augmentation.</summary>
    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    /// <summary>Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256 and weight decay 1e-4.</summary>
    [Field("Optimizer; left out, Nesterov SGD with base rate 0.1 scaled by batch / 256 and weight decay 1e-4.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

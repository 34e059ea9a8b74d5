namespace SimClrDsl;

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

    [Field("Images a step; left out, 4096 or all images where there are fewer.", Min = 1)]
    public int? Batch { get; init; }

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

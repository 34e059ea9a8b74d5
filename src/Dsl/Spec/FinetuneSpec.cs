namespace SimClrDsl;

/// <summary>Fine-tuning of the whole network from a layer of the projection head (§2, §3.1).</summary>
public sealed record FinetuneSpec
{
    [Field(
        "Layer of the projection head that the classifier sits on, 0 for the encoder's output; left out, 1, or 0 with all labels (§3.1) or without a hidden layer.",
        Min = 0
    )]
    public int? FromHeadLayer { get; init; }

    [Field("Passes over the labelled images; left out, 60 up to 1 % labels, else 30 (§3.1).", Min = 1)]
    public int? Epochs { get; init; }

    [Field("Images a step; left out, 1024 or all labelled images where there are fewer (§3.1).", Min = 2)]
    public int? Batch { get; init; }

    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, LARS with base rate 0.005, or 0.002 for networks that are wide or have selective kernels (§3.1).")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

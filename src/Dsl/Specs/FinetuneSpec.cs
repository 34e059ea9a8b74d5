namespace SimClrDsl.Specs;

/// <summary>Fine-tuning of the whole network from a layer of the projection head (§2, §3.1).</summary>
public sealed record FinetuneSpec
{
    [Field(
        "Layer of the projection head that the classifier sits on, 0 for the encoder's output; left out, 1, or 0 with all labels (§3.1) or without a hidden layer.",
        Min = 0
    )]
    public int? FromHeadLayer { get; init; }

    [Field("How far from the images on the encoder stays as pretrained: nothing, the stem, a group and all before it, or all of it.")]
    public Freeze Freeze { get; init; } = Freeze.None;

    [Field(
        "Batch norms of the frozen part: inference leaves their statistics as they are, as the reference's TF2 code; update goes on updating them, as its TF1 code."
    )]
    public FrozenBatchNorm? FrozenBatchNorm { get; init; }

    [Field("Whether the kept layers of the projection head stay as pretrained, as in the reference's TF1 code; their statistics go on.")]
    public bool FreezeHead { get; init; }

    [Field("Passes over the labelled images; left out, 60 up to 1 % labels, else 30 (§3.1).", Min = 1)]
    public int? Epochs { get; init; }

    [Field("Images a step; left out, 1024 or all labelled images where there are fewer (§3.1).", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, all of a step. The gradient is that of the whole batch; batch norms see one microbatch.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    [Field("Share of the target that label smoothing spreads over all classes.", Min = 0, Max = 1)]
    public double LabelSmoothing { get; init; }

    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, LARS with base rate 0.005, or 0.002 for networks that are wide or have selective kernels (§3.1).")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>How much of the encoder fine-tuning leaves as it was pretrained.</summary>
public enum Freeze
{
    /// <summary>Everything is trained (§2).</summary>
    None,

    /// <summary>The stem.</summary>
    Stem,

    /// <summary>The stem and group 1.</summary>
    Group1,

    /// <summary>The stem and groups 1 and 2.</summary>
    Group2,

    /// <summary>The stem and groups 1 to 3.</summary>
    Group3,

    /// <summary>The whole encoder.</summary>
    Encoder,
}

/// <summary>What the batch norms of a frozen part do.</summary>
public enum FrozenBatchNorm
{
    /// <summary>They use their running statistics, which stay as they are.</summary>
    Inference,

    /// <summary>They use the batch's statistics and go on updating their running ones.</summary>
    Update,
}

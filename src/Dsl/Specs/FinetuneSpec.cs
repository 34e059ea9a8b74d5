namespace SimClrDsl.Specs;

/// <summary>Fine-tuning of the whole network from a layer of the projection head (§2, §3.1).</summary>
public sealed record FinetuneSpec
{
    /// <summary>
    /// Layer of the projection head that the classifier sits on, 0 for the encoder's output; left out, 1, or 0 with all labels (§3.1) or
    /// without a hidden layer.
    /// </summary>
    [Field(
        "Layer of the projection head that the classifier sits on, 0 for the encoder's output; left out, 1, or 0 with all "
            + "labels (§3.1) or without a hidden layer.",
        Min = 0
    )]
    public int? FromHeadLayer { get; init; }

    /// <summary>
    /// Part of the encoder that is frozen as pretrained: none, the stem, the stem and the groups up to the one named, or the whole encoder.
    /// </summary>
    [Field(
        "Part of the encoder that is frozen as pretrained: none, the stem, the stem and the groups up to the one named, "
            + "or the whole encoder."
    )]
    public Freeze Freeze { get; init; } = Freeze.None;

    /// <summary>
    /// Batch norms of the frozen part: inference uses their running statistics, which stay as they are, as in the reference's TF2 code;
    /// update uses the batch's and goes on updating the running ones, as in its TF1 code.
    /// </summary>
    [Field(
        "Batch norms of the frozen part: inference uses their running statistics, which stay as they are, as in the "
            + "reference's TF2 code; update uses the batch's and goes on updating the running ones, as in its TF1 code."
    )]
    public FrozenBatchNorm? FrozenBatchNorm { get; init; }

    /// <summary>
    /// Whether the layers of the projection head that fine-tuning keeps are frozen, as in the reference's TF1 code; their batch-norm
    /// statistics are still updated.
    /// </summary>
    [Field(
        "Whether the layers of the projection head that fine-tuning keeps are frozen, as in the reference's TF1 code; "
            + "their batch-norm statistics are still updated."
    )]
    public bool FreezeHead { get; init; }

    /// <summary>Passes over the labelled images; left out, 60 up to 1 % labels, else 30 (§3.1).</summary>
    [Field("Passes over the labelled images; left out, 60 up to 1 % labels, else 30 (§3.1).", Min = 1)]
    public int? Epochs { get; init; }

    /// <summary>Images per step; left out, 1024 or all labelled images where there are fewer (§3.1).</summary>
    [Field("Images per step; left out, 1024 or all labelled images where there are fewer (§3.1).", Min = 2, Max = 1e9)]
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

    /// <summary>Share of the target that label smoothing spreads over all classes.</summary>
    [Field("Share of the target that label smoothing spreads over all classes.", Min = 0, Max = 1)]
    public double LabelSmoothing { get; init; }

    /// <summary>Augmentation.</summary>
    [Field("Augmentation.")]
    public CropFlipSpec Augment { get; init; } = new();

    /// <summary>
    /// Optimizer; left out, LARS with base rate 0.005, or 0.002 for networks that are wide or have selective kernels (§3.1).
    /// </summary>
    [Field("Optimizer; left out, LARS with base rate 0.005, or 0.002 for networks that are wide or have selective kernels (§3.1).")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>The part of the encoder that fine-tuning freezes, that is, leaves as it was pretrained.</summary>
public enum Freeze
{
    /// <summary>Nothing is frozen; the whole network is trained (§2).</summary>
    None,

    /// <summary>The stem is frozen.</summary>
    Stem,

    /// <summary>The stem and group 1 are frozen.</summary>
    Group1,

    /// <summary>The stem and groups 1 and 2 are frozen.</summary>
    Group2,

    /// <summary>The stem and groups 1 to 3 are frozen.</summary>
    Group3,

    /// <summary>The whole encoder is frozen.</summary>
    Encoder,
}

/// <summary>What the batch norms of a frozen part do.</summary>
public enum FrozenBatchNorm
{
    /// <summary>They normalise by their running statistics, which stay as they are.</summary>
    Inference,

    /// <summary>They normalise by the batch's statistics and go on updating their running ones.</summary>
    Update,
}

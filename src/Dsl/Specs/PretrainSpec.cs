namespace SimClrDsl.Specs;

/// <summary>The scale of the NT-Xent loss that is differentiated.</summary>
public enum LossScale
{
    /// <summary>
    /// The mean over first views plus the mean over second views: the reference code's, for which the paper's recipes are tuned.
    /// </summary>
    Views,

    /// <summary>The mean of Eq. 1 over all views: half of <see cref="Views"/>.</summary>
    Mean,
}

/// <summary>The projection head (§2, §3.1): nonlinear, or linear, or none.</summary>
public sealed record HeadSpec
{
    /// <summary>Number of layers; 1 for a linear head, 0 for the loss on the encoder's output.</summary>
    [Field("Number of layers; 1 for a linear head, 0 for the loss on the encoder's output.", Min = 0, Max = 4)]
    public int Layers { get; init; } = 3;

    /// <summary>
    /// Width of all layers but the last; left out, the encoder's, as in the paper, though a wider head improves results (footnote 2).
    /// </summary>
    [Field(
        "Width of all layers but the last; left out, the encoder's, as in the paper, though a wider head improves results "
            + "(footnote 2).",
        Min = 1,
        Max = 65536
    )]
    public int? Hidden { get; init; }

    /// <summary>Width of the output, the space of the contrastive loss; without layers the encoder's.</summary>
    [Field("Width of the output, the space of the contrastive loss; without layers the encoder's.", Min = 1, Max = 8192)]
    public int Out { get; init; } = 128;
}

/// <summary>A linear classifier that is trained during pretraining, as in the reference's TF2 code.</summary>
public sealed record OnlineLinearSpec
{
    /// <summary>Layer of the projection head whose output it sits on, 0 for the encoder's.</summary>
    [Field("Layer of the projection head whose output it sits on, 0 for the encoder's.", Min = 0, Max = 4)]
    public int FromHeadLayer { get; init; }
}

/// <summary>Contrastive pretraining with NT-Xent (§2, Eq. 1).</summary>
public sealed record PretrainSpec
{
    /// <summary>The projection head.</summary>
    [Field("The projection head.")]
    public HeadSpec Head { get; init; } = new();

    /// <summary>Passes over the unlabelled images.</summary>
    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 800;

    /// <summary>Images per step; each gives two views.</summary>
    [Field("Images per step; each gives two views.", Min = 2, Max = 1e9)]
    public int Batch { get; init; } = 4096;

    /// <summary>
    /// Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is that of the whole
    /// batch's loss; batch norms see one microbatch.
    /// </summary>
    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is "
            + "that of the whole batch's loss; batch norms see one microbatch.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    /// <summary>Temperature of NT-Xent.</summary>
    [Field("Temperature of NT-Xent.", Min = 0, AboveMin = true, Max = 1e30)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>
    /// Scale of the loss that is differentiated: views, the mean over first views plus the mean over second views, as in the reference; or
    /// mean, half of that, so that weight decay counts twice as much and parameters that LARS does not scale take half the step. The loss
    /// that is shown is the mean of Eq. 1 over all views either way.
    /// </summary>
    [Field(
        "Scale of the loss that is differentiated: views, the mean over first views plus the mean over second views, as "
            + "in the reference; or mean, half of that, so that weight decay counts twice as much and parameters that LARS does "
            + "not scale take half the step. The loss that is shown is the mean of Eq. 1 over all views either way."
    )]
    public LossScale LossScale { get; init; } = LossScale.Views;

    /// <summary>The memory: a moving-average network and a queue of its outputs (§2); by default used where the paper uses one.</summary>
    [Field("The memory: a moving-average network and a queue of its outputs (§2); by default used where the paper uses one.")]
    public MemorySpec Memory { get; init; } = new();

    /// <summary>
    /// A linear classifier trained during pretraining on features without gradient, which gives a result of its own; left out, none.
    /// </summary>
    [Field("A linear classifier trained during pretraining on features without gradient, which gives a result of its own; left out, none.")]
    public OnlineLinearSpec? OnlineLinear { get; init; }

    /// <summary>Augmentation of both views.</summary>
    [Field("Augmentation of both views.")]
    public AugmentSpec Augment { get; init; } = new();

    /// <summary>Optimizer; left out, LARS with base rate 0.1, √batch scaling, weight decay 1e-4.</summary>
    [Field("Optimizer; left out, LARS with base rate 0.1, √batch scaling, weight decay 1e-4.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

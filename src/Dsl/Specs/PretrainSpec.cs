namespace SimClrDsl.Specs;

/// <summary>The scale of NT-Xent.</summary>
public enum LossScale
{
    /// <summary>Mean over first views plus mean over second views, as the reference code, whose recipes are the paper's.</summary>
    Views,

    /// <summary>Mean of Eq. 1 over all views: half of it.</summary>
    Mean,
}

/// <summary>The projection head (§2, §3.1): nonlinear, or linear, or none.</summary>
public sealed record HeadSpec
{
    [Field("Number of layers; 1 for a linear head, 0 for the loss on the encoder's output.", Min = 0, Max = 4)]
    public int Layers { get; init; } = 3;

    [Field(
        "Width of the layers but the last; left out, the encoder's, as in the paper, which a wider head improves on (footnote 2).",
        Min = 1,
        Max = 65536
    )]
    public int? Hidden { get; init; }

    [Field("Width of the output, the space of the contrastive loss; without layers the encoder's.", Min = 1, Max = 8192)]
    public int Out { get; init; } = 128;
}

/// <summary>A linear classifier trained while pretraining, as in the reference's TF2 code.</summary>
public sealed record OnlineLinearSpec
{
    [Field("Layer of the projection head whose output it sits on, 0 for the encoder's.", Min = 0, Max = 4)]
    public int FromHeadLayer { get; init; }
}

/// <summary>Contrastive pretraining with NT-Xent (§2, Eq. 1).</summary>
public sealed record PretrainSpec
{
    [Field("The projection head.")]
    public HeadSpec Head { get; init; } = new();

    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 800;

    [Field("Images a step; each gives two views.", Min = 2, Max = 1e9)]
    public int Batch { get; init; } = 4096;

    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, all of a step. The gradient is that of the whole batch's loss; batch norms see one microbatch.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    [Field("Temperature of NT-Xent.", Min = 0, AboveMin = true)]
    public double Temperature { get; init; } = 0.1;

    [Field(
        "Scale of what is learned from: views, mean over first views plus mean over second views, as the reference, or mean, half of it; decay and unscaled weights then count for twice as much. The loss that is shown is the mean of Eq. 1 over all views either way."
    )]
    public LossScale LossScale { get; init; } = LossScale.Views;

    [Field("The memory: a moving-average network and a queue of its outputs (§2); by default where the paper has one.")]
    public MemorySpec Memory { get; init; } = new();

    [Field("A linear classifier trained beside the network on features without gradient, a result of its own; left out, none.")]
    public OnlineLinearSpec? OnlineLinear { get; init; }

    [Field("Augmentation of both views.")]
    public AugmentSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, LARS with base rate 0.1, √batch scaling, weight decay 1e-4.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

namespace SimClrDsl.Specs;

/// <summary>How the peak learning rate is computed from the base rate.</summary>
public enum Scaling
{
    /// <summary>Peak = base · √batch (§3.1).</summary>
    Sqrt,

    /// <summary>Peak = base · batch / 256.</summary>
    Linear,

    /// <summary>Peak = base, whatever the batch.</summary>
    None,
}

/// <summary>Shape of the learning rate after warm-up.</summary>
public enum Schedule
{
    /// <summary>Half a cosine from the peak to zero (§3.1).</summary>
    Cosine,

    /// <summary>The peak until the last step.</summary>
    Constant,
}

/// <summary>
/// Optimizer, warm-up and schedule of one stage. At most one optimizer may be given; without any, the stage has its default one.
/// </summary>
public sealed record OptimizerSpec
{
    /// <summary>
    /// Layer-wise adaptive rate scaling, the paper's optimizer for every stage but linear evaluation and the supervised baseline (§3.1).
    /// </summary>
    [Field(
        "Layer-wise adaptive rate scaling, the paper's optimizer for every stage but linear evaluation and the supervised "
            + "baseline (§3.1)."
    )]
    public LarsSpec? Lars { get; init; }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    [Field("Stochastic gradient descent with momentum.")]
    public SgdSpec? Sgd { get; init; }

    /// <summary>Adam.</summary>
    [Field("Adam.")]
    public AdamSpec? Adam { get; init; }

    /// <summary>
    /// Linear warm-up, in epochs or as a share of all epochs; left out, 5% for pretraining and distillation, else 0 (§3.1).
    /// </summary>
    [Field("Linear warm-up, in epochs or as a share of all epochs; left out, 5% for pretraining and distillation, else 0 (§3.1).", Min = 0)]
    public Amount? Warmup { get; init; }

    /// <summary>Shape of the learning rate after warm-up.</summary>
    [Field("Shape of the learning rate after warm-up.")]
    public Schedule Schedule { get; init; } = Schedule.Cosine;

    /// <summary>Largest norm of all gradients together; larger gradients are scaled down to it. None for no limit.</summary>
    [Field(
        "Largest norm of all gradients together; larger gradients are scaled down to it. None for no limit.",
        Min = 0,
        AboveMin = true,
        Max = 1e30
    )]
    public double? Clip { get; init; }

    /// <summary>
    /// Decay of a moving average of the weights; the averaged weights are then evaluated and passed on to later stages. None for the
    /// weights themselves.
    /// </summary>
    [Field(
        "Decay of a moving average of the weights; the averaged weights are then evaluated and passed on to later stages. "
            + "None for the weights themselves.",
        Min = 0,
        Max = 1
    )]
    public double? Average { get; init; }
}

/// <summary>Settings of LARS, layer-wise adaptive rate scaling (§3.1).</summary>
public sealed record LarsSpec
{
    /// <summary>Base learning rate; left out, the paper's for the stage and network.</summary>
    [Field("Base learning rate; left out, the paper's for the stage and network.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Lr { get; init; }

    /// <summary>How the peak rate is computed from the base rate.</summary>
    [Field("How the peak rate is computed from the base rate.")]
    public Scaling Scaling { get; init; } = Scaling.Sqrt;

    /// <summary>Weight decay of kernels; left out, 1e-4 for pretraining and distillation, else 0 (§3.1).</summary>
    [Field("Weight decay of kernels; left out, 1e-4 for pretraining and distillation, else 0 (§3.1).", Min = 0, Max = 1e6)]
    public double? WeightDecay { get; init; }

    /// <summary>Momentum.</summary>
    [Field("Momentum.", Min = 0, Max = 1)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Trust coefficient: the step of a kernel relative to its norm.</summary>
    [Field("Trust coefficient: the step of a kernel relative to its norm.", Min = 0, AboveMin = true, Max = 1e30)]
    public double Trust { get; init; } = 0.001;

    /// <summary>Whether momentum has Nesterov's form.</summary>
    [Field("Whether momentum has Nesterov's form.")]
    public bool Nesterov { get; init; }

    /// <summary>
    /// Learning rate of the parameters that LARS does not scale (batch norms, biases, classifiers) as a multiple of the stage's; 1 in the
    /// reference.
    /// </summary>
    [Field(
        "Learning rate of the parameters that LARS does not scale (batch norms, biases, classifiers) as a multiple of the "
            + "stage's; 1 in the reference.",
        Min = 0,
        Max = 1e6
    )]
    public double Unadapted { get; init; } = 1;
}

/// <summary>Settings of stochastic gradient descent.</summary>
public sealed record SgdSpec
{
    /// <summary>Base learning rate; left out, 0.1.</summary>
    [Field("Base learning rate; left out, 0.1.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Lr { get; init; }

    /// <summary>How the peak rate is computed from the base rate.</summary>
    [Field("How the peak rate is computed from the base rate.")]
    public Scaling Scaling { get; init; } = Scaling.Linear;

    /// <summary>Weight decay of kernels and biases; left out, the stage's default.</summary>
    [Field("Weight decay of kernels and biases; left out, the stage's default.", Min = 0, Max = 1e6)]
    public double? WeightDecay { get; init; }

    /// <summary>Momentum.</summary>
    [Field("Momentum.", Min = 0, Max = 1)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether momentum has Nesterov's form.</summary>
    [Field("Whether momentum has Nesterov's form.")]
    public bool Nesterov { get; init; } = true;
}

/// <summary>Settings of Adam.</summary>
public sealed record AdamSpec
{
    /// <summary>Base learning rate; left out, 0.001.</summary>
    [Field("Base learning rate; left out, 0.001.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Lr { get; init; }

    /// <summary>How the peak rate is computed from the base rate.</summary>
    [Field("How the peak rate is computed from the base rate.")]
    public Scaling Scaling { get; init; } = Scaling.None;

    /// <summary>Decay of the mean of gradients.</summary>
    [Field("Decay of the mean of gradients.", Min = 0, Max = 1, BelowMax = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients.</summary>
    [Field("Decay of the mean of squared gradients.", Min = 0, Max = 1, BelowMax = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, by which the step is divided.</summary>
    [Field("Added to the root of the mean square, by which the step is divided.", Min = 0, AboveMin = true, Max = 1e30)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay of kernels and biases; left out, the stage's default.</summary>
    [Field("Weight decay of kernels and biases; left out, the stage's default.", Min = 0, Max = 1e6)]
    public double? WeightDecay { get; init; }

    /// <summary>
    /// Whether weight decay is a step of its own, as in AdamW; otherwise it is part of the gradient, as in the reference.
    /// </summary>
    [Field("Whether weight decay is a step of its own, as in AdamW; otherwise it is part of the gradient, as in the reference.")]
    public bool Decoupled { get; init; }
}

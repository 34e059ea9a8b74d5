namespace SimClrDsl.Specs;

/// <summary>How the peak learning rate follows from the base rate.</summary>
public enum Scaling
{
    /// <summary>base · √batch (§3.1).</summary>
    Sqrt,

    /// <summary>base · batch / 256.</summary>
    Linear,

    /// <summary>The base rate itself.</summary>
    None,
}

/// <summary>Shape of the learning rate after warm-up.</summary>
public enum Schedule
{
    /// <summary>Half a cosine to zero (§3.1).</summary>
    Cosine,

    /// <summary>The peak, unchanged.</summary>
    Constant,
}

/// <summary>Optimizer, warm-up and schedule of one stage. At most one of the optimizers is given; none means the stage's usual one.</summary>
public sealed record OptimizerSpec
{
    [Field(
        "Layer-wise adaptive rate scaling, the paper's optimizer for every stage but linear evaluation and the supervised baseline (§3.1)."
    )]
    public LarsSpec? Lars { get; init; }

    [Field("Stochastic gradient descent with momentum.")]
    public SgdSpec? Sgd { get; init; }

    [Field("Adam.")]
    public AdamSpec? Adam { get; init; }

    [Field("Linear warm-up, in epochs or as a share of all epochs; left out, 5% for pretraining and distillation, else 0 (§3.1).", Min = 0)]
    public Amount? Warmup { get; init; }

    [Field("Shape of the learning rate after warm-up.")]
    public Schedule Schedule { get; init; } = Schedule.Cosine;

    [Field("Largest norm of all gradients together, to which larger ones are scaled; none for no limit.", Min = 0, AboveMin = true)]
    public double? Clip { get; init; }

    [Field(
        "Decay of a moving average of the weights, which is then what is evaluated and handed on; none for the weights themselves.",
        Min = 0,
        Max = 1
    )]
    public double? Average { get; init; }
}

/// <summary>Settings of LARS.</summary>
public sealed record LarsSpec
{
    [Field("Base learning rate; left out, the paper's for the stage and network.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Lr { get; init; }

    [Field("How the peak rate follows from the base rate.")]
    public Scaling Scaling { get; init; } = Scaling.Sqrt;

    [Field("Weight decay of kernels; left out, 1e-4 for pretraining and distillation, else 0 (§3.1).", Min = 0)]
    public double? WeightDecay { get; init; }

    [Field("Momentum.", Min = 0, Max = 1)]
    public double Momentum { get; init; } = 0.9;

    [Field("Trust coefficient: the step of a kernel relative to its norm.", Min = 0, AboveMin = true)]
    public double Trust { get; init; } = 0.001;

    [Field("Nesterov's form of momentum.")]
    public bool Nesterov { get; init; }

    [Field(
        "Rate of what is not scaled (normalisations, biases, classifiers) relative to the stage's; the reference uses the stage's own.",
        Min = 0
    )]
    public double Unadapted { get; init; } = 1;
}

/// <summary>Settings of stochastic gradient descent.</summary>
public sealed record SgdSpec
{
    [Field("Base learning rate; left out, 0.1.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Lr { get; init; }

    [Field("How the peak rate follows from the base rate.")]
    public Scaling Scaling { get; init; } = Scaling.Linear;

    [Field("Weight decay of kernels and biases; left out, the stage's.", Min = 0)]
    public double? WeightDecay { get; init; }

    [Field("Momentum.", Min = 0, Max = 1)]
    public double Momentum { get; init; } = 0.9;

    [Field("Nesterov's form of momentum.")]
    public bool Nesterov { get; init; } = true;
}

/// <summary>Settings of Adam.</summary>
public sealed record AdamSpec
{
    [Field("Base learning rate; left out, 0.001.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Lr { get; init; }

    [Field("How the peak rate follows from the base rate.")]
    public Scaling Scaling { get; init; } = Scaling.None;

    [Field("Decay of the mean of gradients.", Min = 0, Max = 1, BelowMax = true)]
    public double Beta1 { get; init; } = 0.9;

    [Field("Decay of the mean of squared gradients.", Min = 0, Max = 1, BelowMax = true)]
    public double Beta2 { get; init; } = 0.999;

    [Field("Added to the root of the mean square.", Min = 0, AboveMin = true)]
    public double Epsilon { get; init; } = 1e-8;

    [Field("Weight decay of kernels and biases; left out, the stage's.", Min = 0)]
    public double? WeightDecay { get; init; }

    [Field("Decay beside the gradient's step, as AdamW, not within the gradient, as the reference.")]
    public bool Decoupled { get; init; }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Chooses optimizers and computes the constants of their learning rates.</summary>
internal static class OptimizerPlanner
{
    private const double UsualSgdRate = 0.1;
    private const double UsualAdamRate = 0.001;

    /// <summary>The optimizer's spec with its kind written out, and every setting that a spec may leave to the stage's defaults.</summary>
    public static OptimizerSpec Decided(OptimizerSpec spec, StageDefaults defaults)
    {
        var (plan, lr, _) = Chosen(spec, defaults);
        return plan.Match(
            lars: lars => spec with { Lars = (spec.Lars ?? new()) with { Lr = lr, WeightDecay = lars.WeightDecay } },
            sgd: sgd => spec with { Sgd = (spec.Sgd ?? new()) with { Lr = lr, WeightDecay = sgd.WeightDecay } },
            adam: adam => spec with { Adam = (spec.Adam ?? new()) with { Lr = lr, WeightDecay = adam.WeightDecay } }
        ) with
        {
            Warmup = spec.Warmup ?? defaults.Warmup,
        };
    }

    public static OptimizerPlan Optimizer(OptimizerSpec spec, StageDefaults defaults) => Chosen(spec, defaults).Plan;

    /// <summary>Peak rate and step counts, as the reference code counts them: total = ⌊n·E / B⌋ + 1, warm-up = ⌊w·n / B⌋.</summary>
    public static RatePlan Rate(OptimizerSpec spec, StageDefaults defaults, int images, int epochs, int batch)
    {
        var (_, lr, scaling) = Chosen(spec, defaults);
        var total = (int)StepsOf(images, epochs, batch);
        var warmupEpochs = (spec.Warmup ?? defaults.Warmup).Exactly(epochs);
        var warmupSteps = (int)decimal.Floor(warmupEpochs * images / batch);
        return new(
            Peak(lr, scaling, batch),
            new(total, $"⌊{images} · {epochs} / {batch}⌋ + 1"),
            new(warmupSteps, warmupSteps == 0 ? "no warm-up" : $"⌊{Numbers.Plain((double)warmupEpochs)} epochs · {images} / {batch}⌋"),
            spec.Schedule
        );
    }

    /// <summary>Steps of a stage: ⌊images · epochs / batch⌋ + 1. In a spec that passed the rules there are fewer than 2³¹.</summary>
    public static long StepsOf(int images, int epochs, int batch) => ((long)images * epochs / batch) + 1;

    /// <summary>The same for a stage whose length is given in steps; a warm-up in percent is then a share of the steps.</summary>
    public static RatePlan RateOfSteps(OptimizerSpec spec, StageDefaults defaults, int images, int steps, int batch)
    {
        var (_, lr, scaling) = Chosen(spec, defaults);
        var warmup = spec.Warmup ?? defaults.Warmup;
        var exact = warmup.Unit == AmountUnit.Percent ? warmup.Exactly(steps) : warmup.Exactly(images) * images / batch;
        var warmupSteps = (int)decimal.Floor(exact);
        return new(
            Peak(lr, scaling, batch),
            new(steps, "as given"),
            new(warmupSteps, warmupSteps == 0 ? "no warm-up" : $"{warmup} of the steps"),
            spec.Schedule
        );
    }

    private static Folded<double> Peak(double lr, Scaling scaling, int batch) =>
        scaling switch
        {
            Scaling.Sqrt => new(Numbers.Rounded(lr * Math.Sqrt(batch)), $"{Numbers.Plain(lr)} · √{batch}"),
            Scaling.Linear => new(Numbers.Rounded(lr * batch / 256), $"{Numbers.Plain(lr)} · {batch} / 256"),
            _ => new(lr, "as given"),
        };

    // The optimizer with its base rate, and how the peak is computed from that.
    private static (OptimizerPlan Plan, double Lr, Scaling Scaling) Chosen(OptimizerSpec spec, StageDefaults defaults) =>
        spec switch
        {
            { Adam: { } adam } => (
                new OptimizerPlan.Adam(
                    Beta1: adam.Beta1,
                    Beta2: adam.Beta2,
                    Epsilon: adam.Epsilon,
                    WeightDecay: adam.WeightDecay ?? defaults.WeightDecay,
                    Decoupled: adam.Decoupled,
                    Clip: spec.Clip,
                    Average: spec.Average
                ),
                adam.Lr ?? UsualAdamRate,
                adam.Scaling
            ),
            { Sgd: { } sgd } => Sgd(sgd, spec, defaults),
            { Lars: { } lars } => Lars(lars, spec, defaults),
            _ => defaults.UsesSgd ? Sgd(new(), spec, defaults) : Lars(new(), spec, defaults),
        };

    private static (OptimizerPlan Plan, double Lr, Scaling Scaling) Lars(LarsSpec lars, OptimizerSpec spec, StageDefaults defaults) =>
        (
            new OptimizerPlan.Lars(
                Momentum: lars.Momentum,
                Trust: lars.Trust,
                WeightDecay: lars.WeightDecay ?? defaults.WeightDecay,
                Nesterov: lars.Nesterov,
                Unadapted: lars.Unadapted,
                Clip: spec.Clip,
                Average: spec.Average
            ),
            lars.Lr ?? defaults.Lr,
            lars.Scaling
        );

    private static (OptimizerPlan Plan, double Lr, Scaling Scaling) Sgd(SgdSpec sgd, OptimizerSpec spec, StageDefaults defaults) =>
        (
            new OptimizerPlan.Sgd(sgd.Momentum, sgd.Nesterov, sgd.WeightDecay ?? defaults.WeightDecay, spec.Clip, spec.Average),
            sgd.Lr ?? (defaults.UsesSgd ? defaults.Lr : UsualSgdRate),
            sgd.Scaling
        );
}

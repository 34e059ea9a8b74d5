namespace SimClrDsl.Planning;

/// <summary>What a stage uses where the spec says nothing.</summary>
internal sealed record StageDefaults(double Lr, double WeightDecay, Amount Warmup, bool UsesSgd = false);

/// <summary>Decides optimizers and folds learning rates to constants.</summary>
internal static class OptimizerPlanner
{
    public static OptimizerPlan Optimizer(OptimizerSpec spec, StageDefaults defaults)
    {
        var (lars, sgd) = Chosen(spec, defaults);
        return sgd is null
            ? new OptimizerPlan.Lars(lars!.Momentum, lars.Trust, lars.WeightDecay ?? defaults.WeightDecay)
            : new OptimizerPlan.Sgd(sgd.Momentum, sgd.Nesterov, sgd.WeightDecay ?? defaults.WeightDecay);
    }

    /// <summary>Peak rate and step counts, as the reference code counts them: total = ⌊n·E / B⌋ + 1, warm-up = round(w·n / B).</summary>
    public static RatePlan Rate(OptimizerSpec spec, StageDefaults defaults, int images, int epochs, int batch)
    {
        var (lars, sgd) = Chosen(spec, defaults);
        var (lr, scaling) = sgd is null
            ? (lars!.Lr ?? defaults.Lr, lars.Scaling)
            : (sgd.Lr ?? (defaults.UsesSgd ? defaults.Lr : 0.1), sgd.Scaling);

        var total = (int)((long)images * epochs / batch) + 1;
        var warmup = spec.Warmup ?? defaults.Warmup;
        var warmupEpochs = warmup.Of(epochs);
        var warmupSteps = (int)Math.Floor(warmupEpochs * images / batch);
        return new(
            Peak(lr, scaling, batch),
            new(total, $"{images} · {epochs} / {batch} + 1"),
            new(warmupSteps, warmupSteps == 0 ? "no warm-up" : $"{Numbers.Plain(warmupEpochs)} epochs · {images} / {batch}"),
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

    private static (LarsSpec? Lars, SgdSpec? Sgd) Chosen(OptimizerSpec spec, StageDefaults defaults) =>
        (spec.Lars, spec.Sgd, defaults.UsesSgd) switch
        {
            (null, { } sgd, _) => (null, sgd),
            (null, null, true) => (null, new SgdSpec()),
            ({ } lars, _, _) => (lars, null),
            _ => (new LarsSpec(), null),
        };
}

namespace SimClrDsl.Planning;

/// <summary>An optimizer with every setting decided. A closed union.</summary>
public abstract record OptimizerPlan
{
    private OptimizerPlan() { }

    public abstract T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd);

    /// <summary>Layer-wise adaptive rate scaling (§3.1).</summary>
    public sealed record Lars(double Momentum, double Trust, double WeightDecay) : OptimizerPlan
    {
        public override T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd) => lars(this);
    }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    public sealed record Sgd(double Momentum, bool Nesterov, double WeightDecay) : OptimizerPlan
    {
        public override T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd) => sgd(this);
    }
}

/// <summary>A constant with the formula it came from, so that a reviewer can follow it.</summary>
public sealed record Folded<T>(T Value, string From);

/// <summary>The learning rate of a stage as a function of the step, folded to constants.</summary>
/// <param name="Peak">Rate after warm-up.</param>
/// <param name="TotalSteps">Steps of the stage: ⌊images · epochs / batch⌋ + 1, as the reference code counts.</param>
/// <param name="WarmupSteps">Steps of linear warm-up from zero.</param>
/// <param name="Schedule">Shape after warm-up.</param>
public sealed record RatePlan(Folded<double> Peak, Folded<int> TotalSteps, Folded<int> WarmupSteps, Schedule Schedule);

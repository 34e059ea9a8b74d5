using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>An optimizer with every setting decided. A closed union.</summary>
public abstract record OptimizerPlan
{
    private OptimizerPlan() { }

    /// <summary>Largest global norm of the gradients, or null for no limit.</summary>
    public abstract double? Clip { get; init; }

    /// <summary>Decay of the moving average of the weights that is evaluated and handed on, or null for the weights themselves.</summary>
    public abstract double? Average { get; init; }

    public abstract T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd, Func<Adam, T> adam);

    /// <summary>Layer-wise adaptive rate scaling (§3.1).</summary>
    /// <param name="Unadapted">Rate of what is not scaled, relative to the stage's.</param>
    public sealed record Lars(
        double Momentum,
        double Trust,
        double WeightDecay,
        bool Nesterov = false,
        double Unadapted = 1,
        double? Clip = null,
        double? Average = null
    ) : OptimizerPlan
    {
        public override T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd, Func<Adam, T> adam) => lars(this);
    }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    public sealed record Sgd(double Momentum, bool Nesterov, double WeightDecay, double? Clip = null, double? Average = null)
        : OptimizerPlan
    {
        public override T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd, Func<Adam, T> adam) => sgd(this);
    }

    /// <summary>Adam.</summary>
    public sealed record Adam(
        double Beta1,
        double Beta2,
        double Epsilon,
        double WeightDecay,
        bool Decoupled = false,
        double? Clip = null,
        double? Average = null
    ) : OptimizerPlan
    {
        public override T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd, Func<Adam, T> adam) => adam(this);
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

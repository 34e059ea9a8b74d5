using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>An optimizer with every setting decided. A closed union: <see cref="Match{T}"/> has one parameter for each case.</summary>
public abstract record OptimizerPlan
{
    private OptimizerPlan() { }

    /// <summary>Largest global norm of the gradients; larger ones are scaled down to it. Null for no limit.</summary>
    public abstract double? Clip { get; init; }

    /// <summary>
    /// Decay of the moving average of the weights, which is evaluated and passed on to later stages; null where the weights themselves are.
    /// </summary>
    public abstract double? Average { get; init; }

    /// <summary>Calls the function for the case that this optimizer is.</summary>
    public T Match<T>(Func<Lars, T> lars, Func<Sgd, T> sgd, Func<Adam, T> adam) =>
        this switch
        {
            Lars plan => lars(plan),
            Sgd plan => sgd(plan),
            Adam plan => adam(plan),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(OptimizerPlan)}."),
        };

    /// <summary>LARS, layer-wise adaptive rate scaling (§3.1).</summary>
    /// <param name="Momentum">Momentum, from 0 to 1.</param>
    /// <param name="Trust">Trust coefficient: the step of a kernel relative to its norm.</param>
    /// <param name="WeightDecay">Weight decay of kernels.</param>
    /// <param name="Nesterov">Whether momentum has Nesterov's form.</param>
    /// <param name="Unadapted">Learning rate of the parameters that LARS does not scale, as a multiple of the stage's.</param>
    /// <param name="Clip">Largest global norm of the gradients; null for no limit.</param>
    /// <param name="Average">Decay of the moving average of the weights; null for none.</param>
    public sealed record Lars(
        double Momentum,
        double Trust,
        double WeightDecay,
        bool Nesterov = false,
        double Unadapted = 1,
        double? Clip = null,
        double? Average = null
    ) : OptimizerPlan;

    /// <summary>Stochastic gradient descent with momentum.</summary>
    /// <param name="Momentum">Momentum, from 0 to 1.</param>
    /// <param name="Nesterov">Whether momentum has Nesterov's form.</param>
    /// <param name="WeightDecay">Weight decay of kernels and biases.</param>
    /// <param name="Clip">Largest global norm of the gradients; null for no limit.</param>
    /// <param name="Average">Decay of the moving average of the weights; null for none.</param>
    public sealed record Sgd(double Momentum, bool Nesterov, double WeightDecay, double? Clip = null, double? Average = null)
        : OptimizerPlan;

    /// <summary>Adam, or AdamW.</summary>
    /// <param name="Beta1">Decay of the mean of gradients.</param>
    /// <param name="Beta2">Decay of the mean of squared gradients.</param>
    /// <param name="Epsilon">Added to the root of the mean square, by which the step is divided.</param>
    /// <param name="WeightDecay">Weight decay of kernels and biases.</param>
    /// <param name="Decoupled">Whether weight decay is a step of its own, as in AdamW; otherwise it is part of the gradient.</param>
    /// <param name="Clip">Largest global norm of the gradients; null for no limit.</param>
    /// <param name="Average">Decay of the moving average of the weights; null for none.</param>
    public sealed record Adam(
        double Beta1,
        double Beta2,
        double Epsilon,
        double WeightDecay,
        bool Decoupled = false,
        double? Clip = null,
        double? Average = null
    ) : OptimizerPlan;
}

/// <summary>A constant together with the formula that gave it, so that a reviewer can check it.</summary>
/// <typeparam name="T">Type of the constant.</typeparam>
/// <param name="Value">The constant.</param>
/// <param name="From">The formula with its numbers, as in <c>0.1 · √4096</c>.</param>
public sealed record Folded<T>(T Value, [property: Explanation] string From);

/// <summary>The constants that give the learning rate of a stage as a function of the step.</summary>
/// <param name="Peak">Learning rate at the end of the warm-up.</param>
/// <param name="TotalSteps">Steps of the stage: ⌊images · epochs / batch⌋ + 1, as the reference code counts.</param>
/// <param name="WarmupSteps">Steps of linear warm-up from zero.</param>
/// <param name="Schedule">Shape of the learning rate after warm-up.</param>
public sealed record RatePlan(Folded<double> Peak, Folded<int> TotalSteps, Folded<int> WarmupSteps, Schedule Schedule);

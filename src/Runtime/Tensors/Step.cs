using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>One training step: the state it is given is consumed, the next one returned with what was measured on the way.</summary>
public delegate (TState Next, StepMetrics Out) Step<TState, in TBatch>(TState state, TBatch batch, Key key);

/// <summary>What a step measures.</summary>
/// <param name="Loss">Scalar, float32.</param>
/// <param name="Accuracy">
/// Scalar, float32: share of images whose label, or whose other view among the cross-view candidates, ranks first.
/// </param>
public sealed record StepMetrics(Tensor Loss, Tensor Accuracy)
{
    /// <summary>The learning rate of the step.</summary>
    public double Rate { get; init; }
}

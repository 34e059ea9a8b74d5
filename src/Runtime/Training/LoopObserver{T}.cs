using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Training;

/// <summary>Sees how a training goes, and changes nothing of it.</summary>
/// <param name="Info">What is trained.</param>
/// <param name="Point">Sees each point of the curves.</param>
internal sealed record LoopObserver<TParams, TState>(StageInfo Info, Action<CurvePoint> Point)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    /// <summary>
    /// Sees the state after each step, and the point before it where there is one. The next step consumes the state. What is thrown here
    /// ends the training.
    /// </summary>
    public Action<TrainState<TParams, TState>>? Stepped { get; init; }

    /// <summary>Measures where the time of some steps goes, where one is given.</summary>
    public Profiler? Profiler { get; init; }

    /// <summary>Sees each step from inside, or null.</summary>
    public ITrainingWatch? Watch { get; init; }
}

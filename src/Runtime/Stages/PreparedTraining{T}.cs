using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>The training of a stage, ready for its first step.</summary>
/// <param name="Info">The stage.</param>
/// <param name="Start">The state before the first step, which consumes it.</param>
/// <param name="Step">The step.</param>
/// <param name="Batches">The batch of each step.</param>
internal sealed record PreparedTraining<TParams, TState, TBatch>(
    StageInfo Info,
    TrainState<TParams, TState> Start,
    Step<TParams, TState, TBatch> Step,
    Func<int, TBatch> Batches
)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    /// <summary>Measures the network after a step where that is due, else returns null; left out, nothing is measured.</summary>
    internal Func<TrainState<TParams, TState>, OnlinePoint?>? Online { get; init; }
}

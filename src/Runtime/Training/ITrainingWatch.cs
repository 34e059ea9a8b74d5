using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Training;

/// <summary>Is called by the loop that trains a stage, so that measurements are of that loop and not of a copy of it.</summary>
public interface ITrainingWatch
{
    /// <summary>Sees a network before its first step.</summary>
    void Begin<TParams, TState>(Network<TParams, TState> network)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>;

    /// <summary>Sees each step, while the tensors it made are still there.</summary>
    void Step(StepMetrics metrics);
}

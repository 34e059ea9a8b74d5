using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// What a step computes from tensors of the same shapes every time: the state it is given is consumed, the next one returned with what was
/// measured on the way. It draws no random numbers, reads no files, and reads no tensor's value, so that a GPU need not be waited for.
/// </summary>
public delegate (TrainState<TParams, TState> Next, StepMetrics Out) Learning<TParams, TState, in TInput>(
    TrainState<TParams, TState> state,
    TInput input,
    double rate
)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>A training step of a stage. What it makes of a batch before it learns is not seen from outside.</summary>
/// <param name="rate">The learning rate after so many steps.</param>
/// <param name="batch">Images per step.</param>
/// <param name="total">Number of steps of the stage.</param>
public abstract class Step<TParams, TState, TBatch>(Func<int, double> rate, int batch, int total)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    /// <summary>Images per step.</summary>
    public int Batch { get; } = batch;

    /// <summary>Number of steps of the stage.</summary>
    public int Total { get; } = total;

    /// <summary>Makes what a step will ask of its batch, while the one before it runs; null where there is nothing to make.</summary>
    public Action<TBatch, Key>? Prepare { get; init; }

    /// <summary>The learning rate after so many steps.</summary>
    public double Rate(int step) => rate(step);

    /// <summary>What a step reads of its batch, as named tensors of the caller's scope; nothing where the step does not say.</summary>
    internal virtual IReadOnlyList<Leaf> Read(TBatch batch, Key key) => [];

    /// <summary>Takes one step: consumes the state, and returns the next one with what was measured.</summary>
    public abstract (TrainState<TParams, TState> Next, StepMetrics Out) Take(TrainState<TParams, TState> state, TBatch batch, Key key);
}

/// <summary>A training step in its two parts: reading, in which everything random happens, and learning.</summary>
/// <param name="read">What the step reads of a batch: everything random, and everything that depends on files.</param>
/// <param name="learn">What it learns from that.</param>
/// <param name="rate">The learning rate after so many steps.</param>
/// <param name="batch">Images per step.</param>
/// <param name="total">Number of steps of the stage.</param>
public sealed class Step<TParams, TState, TBatch, TInput>(
    Func<TBatch, Key, TInput> read,
    Learning<TParams, TState, TInput> learn,
    Func<int, double> rate,
    int batch,
    int total
) : Step<TParams, TState, TBatch>(rate, batch, total)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TInput : class, ITree<TInput>
{
    // What is made of a batch on the way, a tensor for each operation, is freed before the network has activations.
    private readonly Func<TBatch, Key, TInput> reading = (batch, key) =>
    {
        using var scope = NewDisposeScope();
        var input = read(batch, key);
        scope.MoveToOuter(input.Leaves().Select(static leaf => leaf.Value));
        return input;
    };

    internal override IReadOnlyList<Leaf> Read(TBatch batch, Key key) => reading(batch, key).Leaves();

    /// <inheritdoc/>
    public override (TrainState<TParams, TState> Next, StepMetrics Out) Take(TrainState<TParams, TState> state, TBatch batch, Key key) =>
        learn(state, reading(batch, key), Rate(state.Step));
}

namespace SimClrDsl.Runtime.Tensors;

/// <summary>
/// Everything a stage carries from step to step, as one value. A step consumes the state it is given: it may reuse its buffers for the
/// next one (donation), so a consumed state must not be used again, and says so if it is.
/// </summary>
public sealed class TrainState<TParams, TState>(TParams parameters, TState statistics, TParams momentum, int step)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    private string? consumedBy;

    /// <summary>Number of steps taken.</summary>
    public int Step { get; } = step;

    /// <summary>Trained parameters.</summary>
    public TParams Params => Fresh(parameters);

    /// <summary>Running statistics of the batch normalisations.</summary>
    public TState Statistics => Fresh(statistics);

    /// <summary>Momentum of the optimizer, in the parameters' shapes.</summary>
    public TParams Momentum => Fresh(momentum);

    /// <summary>A state before the first step.</summary>
    public static TrainState<TParams, TState> Start(TParams parameters, TState statistics) =>
        new(parameters, statistics, parameters.ZerosLike(), step: 0);

    /// <summary>Hands the contents to a step, which owns them from now on.</summary>
    /// <exception cref="InvalidOperationException">Another step has consumed this state.</exception>
    public (TParams Params, TState Statistics, TParams Momentum, int Step) Consume(string by)
    {
        var contents = (Params, Statistics, Momentum, Step);
        consumedBy = by;
        return contents;
    }

    /// <summary>Every leaf that must outlive a step.</summary>
    internal IEnumerable<Leaf> AllLeaves() => [.. parameters.Leaves(), .. statistics.Leaves(), .. momentum.Leaves()];

    private T Fresh<T>(T value) =>
        consumedBy is null
            ? value
            : throw new InvalidOperationException(
                $"This training state (step {Step}) was consumed by {consumedBy}; use the state that {consumedBy} returned."
            );
}

namespace SimClrDsl.Runtime.Tensors;

/// <summary>
/// Everything that training carries from one step to the next. A step consumes the state it is given, since it may write the next state
/// into the same buffers (buffer donation). A consumed state must not be used again: its properties throw.
/// </summary>
/// <param name="parameters">The trained parameters.</param>
/// <param name="statistics">The running statistics of the batch norms.</param>
/// <param name="momentum">The optimizer's momentum, one tensor for each parameter and of its shape.</param>
/// <param name="step">Number of steps taken.</param>
public sealed class TrainState<TParams, TState>(TParams parameters, TState statistics, TParams momentum, int step)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    private string? consumedBy;

    /// <summary>Number of steps taken.</summary>
    public int Step { get; } = step;

    /// <summary>The trained parameters.</summary>
    /// <exception cref="InvalidOperationException">A step has consumed this state.</exception>
    public TParams Params => IfNotConsumed(parameters);

    /// <summary>The running statistics of the batch norms.</summary>
    /// <exception cref="InvalidOperationException">A step has consumed this state.</exception>
    public TState Statistics => IfNotConsumed(statistics);

    /// <summary>The optimizer's momentum, one tensor for each parameter and of its shape.</summary>
    /// <exception cref="InvalidOperationException">A step has consumed this state.</exception>
    public TParams Momentum => IfNotConsumed(momentum);

    /// <summary>The state before the first step, with zero momentum.</summary>
    /// <param name="parameters">The initial parameters.</param>
    /// <param name="statistics">The initial running statistics.</param>
    public static TrainState<TParams, TState> Start(TParams parameters, TState statistics) =>
        new(parameters, statistics, parameters.ZerosLike(), step: 0);

    /// <summary>Transfers the contents to a step, which owns the buffers from now on; this state must not be used again.</summary>
    /// <param name="by">Name of the step, for the message if the state is used again.</param>
    /// <exception cref="InvalidOperationException">Another step has consumed this state.</exception>
    public (TParams Params, TState Statistics, TParams Momentum, int Step) Consume(string by)
    {
        var contents = (Params, Statistics, Momentum, Step);
        consumedBy = by;
        return contents;
    }

    /// <summary>
    /// All tensors of the state, which must outlive the dispose scope of the step that made them, by paths that begin with "params",
    /// "state" or "momentum".
    /// </summary>
    internal IReadOnlyList<Leaf> AllLeaves() =>
        [
            .. parameters.Leaves(LeafPath.Root / "params"),
            .. statistics.Leaves(LeafPath.Root / "state"),
            .. momentum.Leaves(LeafPath.Root / "momentum"),
        ];

    /// <summary>This state, of which as many steps are said to be taken: its tensors were filled with those of such a state.</summary>
    internal TrainState<TParams, TState> At(int step) => new(Params, Statistics, Momentum, step);

    private T IfNotConsumed<T>(T value) =>
        consumedBy is null
            ? value
            : throw new InvalidOperationException(
                $"This training state (step {Step}) was consumed by {consumedBy}; use the state that {consumedBy} returned."
            );
}

namespace SimClrDsl.Runtime.Tensors;

/// <summary>
/// Parameters and running statistics of one network as one tree, so that one checkpoint can hold both, under "params.…" and "state.…".
/// </summary>
/// <param name="Params">The trained parameters.</param>
/// <param name="State">The running statistics of the batch norms.</param>
public sealed record Network<TParams, TState>(TParams Params, TState State) : ITree<Network<TParams, TState>>
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    /// <inheritdoc/>
    public Network<TParams, TState> Map(LeafPath path, LeafMap map) =>
        new(Params.Map(path / "params", map), State.Map(path / "state", map));

    /// <summary>A training state that starts from a copy of this network, so that training does not change the network itself.</summary>
    internal TrainState<TParams, TState> Begin()
    {
        var copy = this.Clone();
        var state = TrainState<TParams, TState>.Start(copy.Params, copy.State);
        foreach (var leaf in state.AllLeaves())
        {
            leaf.Value.DetachFromDisposeScope();
        }

        return state;
    }

    /// <summary>A copy outside every dispose scope: it lives until <see cref="Free"/>.</summary>
    internal Network<TParams, TState> Copy() => this.Map(static tensor => tensor.detach().clone().DetachFromDisposeScope());

    /// <summary>Frees the tensors of this network.</summary>
    internal void Free()
    {
        foreach (var leaf in this.Leaves())
        {
            leaf.Value.Dispose();
        }
    }
}

/// <summary>Makes networks, with their type arguments inferred.</summary>
public static class Network
{
    /// <summary>A network of these parameters and running statistics, which it shares.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">The running statistics.</param>
    public static Network<TParams, TState> Of<TParams, TState>(TParams parameters, TState state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(parameters, state);

    /// <summary>The parameters and statistics of a training state, without the momentum.</summary>
    internal static Network<TParams, TState> Of<TParams, TState>(TrainState<TParams, TState> state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(state.Params, state.Statistics);
}

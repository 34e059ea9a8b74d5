namespace SimClrDsl.Runtime.Tensors;

/// <summary>Parameters and running statistics of one network as one tree, so that one file holds both ("params.…", "state.…").</summary>
public sealed record Network<TParams, TState>(TParams Params, TState State) : ITree<Network<TParams, TState>>
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    public Network<TParams, TState> Map(LeafPath path, LeafMap map) =>
        new(Params.Map(path / "params", map), State.Map(path / "state", map));

    /// <summary>A training state that starts from a copy of this network, which stays as it is.</summary>
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

    /// <summary>A copy that lives until it is freed.</summary>
    internal Network<TParams, TState> Copy() => this.Map(static tensor => tensor.detach().clone().DetachFromDisposeScope());

    /// <summary>Frees the tensors of a copy.</summary>
    internal void Free()
    {
        foreach (var leaf in this.Leaves())
        {
            leaf.Value.Dispose();
        }
    }
}

/// <summary>Networks without spelling out their types.</summary>
public static class Network
{
    public static Network<TParams, TState> Of<TParams, TState>(TParams parameters, TState state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(parameters, state);

    /// <summary>What a training state has learned, without its momentum.</summary>
    internal static Network<TParams, TState> Of<TParams, TState>(TrainState<TParams, TState> state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(state.Params, state.Statistics);
}

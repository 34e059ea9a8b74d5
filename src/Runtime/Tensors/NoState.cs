namespace SimClrDsl.Runtime.Tensors;

/// <summary>The running statistics of a network without batch norms: an empty tree.</summary>
public sealed record NoState : ITree<NoState>
{
    /// <summary>The only instance that is needed.</summary>
    public static NoState Value { get; } = new();

    /// <inheritdoc/>
    public NoState Map(LeafPath path, LeafMap map) => this;
}

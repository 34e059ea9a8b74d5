namespace SimClrDsl.Runtime.Tensors;

/// <summary>The statistics of a network that has none.</summary>
public sealed record NoState : ITree<NoState>
{
    public static NoState Value { get; } = new();

    public NoState Map(LeafPath path, LeafMap map) => this;
}

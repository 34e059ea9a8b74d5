using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>The role of a tensor in a network, which decides how the optimizer treats it.</summary>
public enum LeafRole
{
    /// <summary>Kernel of a convolution or of a projection head: has weight decay, and LARS adapts its learning rate.</summary>
    Kernel,

    /// <summary>
    /// Kernel of a supervised classifier: has weight decay, but LARS does not adapt its learning rate ("head_supervised" in the reference
    /// code).
    /// </summary>
    ClassifierKernel,

    /// <summary>Scale γ or shift β of a batch norm: no weight decay, and LARS does not adapt its learning rate.</summary>
    Normalization,

    /// <summary>Bias of a classifier: LARS neither decays it nor adapts its learning rate; SGD and Adam decay it.</summary>
    Bias,

    /// <summary>Running statistic of a batch norm: has no gradient.</summary>
    Statistic,

    /// <summary>Part of the batch that a step reads: images, labels or features.</summary>
    Input,
}

/// <summary>One tensor of a tree.</summary>
/// <param name="path">Dotted path of properties to the tensor, which is its name in a checkpoint.</param>
/// <param name="role">How the optimizer treats the tensor.</param>
/// <param name="value">The tensor.</param>
public readonly struct Leaf(LeafPath path, LeafRole role, Tensor value)
{
    /// <summary>Dotted path of properties to the tensor, which is its name in a checkpoint: <c>encoder.stem.conv.kernel</c>.</summary>
    public string Path { get; } = path.ToString();

    /// <summary>How the optimizer treats the tensor.</summary>
    public LeafRole Role { get; } = role;

    /// <summary>The tensor itself, not a copy.</summary>
    public Tensor Value { get; } = value;
}

/// <summary>A dotted path of property names, extended by <c>path / "name"</c>.</summary>
/// <param name="text">The path as text; empty for the root.</param>
public readonly struct LeafPath(string text)
{
    /// <summary>The empty path, of the tree itself.</summary>
    public static LeafPath Root { get; } = new("");

    /// <summary>The path of a property of the record at <paramref name="path"/>.</summary>
    /// <param name="path">Path of the record.</param>
    /// <param name="name">Name of the property.</param>
    public static LeafPath operator /(LeafPath path, string name) => new(string.IsNullOrEmpty(path.ToString()) ? name : $"{path}.{name}");

    /// <summary>The same as the operator <c>/</c>, for languages without operators.</summary>
    /// <param name="name">Name of the property.</param>
    public LeafPath Then(string name) => this / name;

    /// <summary>The names, joined by dots.</summary>
    public override string ToString() => text ?? "";
}

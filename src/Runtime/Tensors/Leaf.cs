using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>What a tensor is to the optimizer.</summary>
public enum LeafRole
{
    /// <summary>Convolution or projection kernel: decayed, and scaled by LARS.</summary>
    Kernel,

    /// <summary>Kernel of a supervised classifier: decayed, never scaled by LARS (reference code, "head_supervised").</summary>
    ClassifierKernel,

    /// <summary>Scale or shift of a batch normalisation: neither decayed nor scaled.</summary>
    Normalization,

    /// <summary>Bias: neither decayed nor scaled.</summary>
    Bias,

    /// <summary>Running statistic of a batch normalisation: not trained.</summary>
    Statistic,

    /// <summary>What a step reads of its batch.</summary>
    Input,
}

/// <summary>One tensor of a tree with its dotted property path, which is its checkpoint key.</summary>
public readonly struct Leaf(LeafPath path, LeafRole role, Tensor value)
{
    public string Path { get; } = path.ToString();

    public LeafRole Role { get; } = role;

    public Tensor Value { get; } = value;
}

/// <summary>A dotted path that grows by <c>path / "name"</c>.</summary>
public readonly struct LeafPath(string text)
{
    /// <summary>The path of the tree itself.</summary>
    public static LeafPath Root { get; } = new("");

    public static LeafPath operator /(LeafPath path, string name) => new(string.IsNullOrEmpty(path.ToString()) ? name : $"{path}.{name}");

    /// <summary>Named twin of the operator.</summary>
    public LeafPath Then(string name) => this / name;

    public override string ToString() => text ?? "";
}

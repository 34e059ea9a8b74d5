using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A linear classifier: dense with bias.</summary>
public static class Dense
{
    /// <param name="Kernel">[classes, inputs].</param>
    /// <param name="Bias">[classes].</param>
    public sealed record Params(Tensor Kernel, Tensor Bias) : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.ClassifierKernel, Kernel)), map(new(path / "bias", LeafRole.Bias, Bias)));
    }

    /// <summary>A classifier that is trained from scratch with its network: a normal kernel of standard deviation 0.01, and a bias of zeros.</summary>
    public static Params Init(Key key, int inputs, int classes) => new(Initializers.Dense(key, inputs, classes), zeros(classes));

    /// <summary>
    /// A classifier on a network that is trained already: zeros, as the reference sets it where it starts from a checkpoint. Its first
    /// gradient then depends on the features alone.
    /// </summary>
    public static Params Zeros(int inputs, int classes) => new(zeros(classes, inputs), zeros(classes));

    /// <summary>
    /// x [N, inputs] times a kernel [outputs, inputs] in x's type. The kernel in that type is the backward pass's alone: it is freed when that
    /// has used it, not when the step ends.
    /// </summary>
    internal static Tensor Product(Tensor x, Tensor kernel)
    {
        using var typed = kernel.to(x.dtype);
        return nn.functional.linear(x, typed);
    }

    /// <summary>x [N, inputs] to logits [N, classes], in the parameters' type, which is float32 in training: losses need its range.</summary>
    public static Tensor Forward(Params p, Tensor x) => nn.functional.linear(x.to(p.Kernel.dtype), p.Kernel, p.Bias);
}

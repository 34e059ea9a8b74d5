using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A convolution without bias and its batch norm: the unit the SimCLR papers draw as one box.</summary>
public static class ConvBn
{
    /// <param name="Kernel">[outputs, inputs, k, k].</param>
    /// <param name="Norm">Over the outputs.</param>
    public sealed record Params(Tensor Kernel, BatchNorm.Params Norm) : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), Norm.Map(path / "norm", map));
    }

    /// <summary>Truncated-normal kernel; the batch norm's scale starts at 1, or at 0 for the last one of a block.</summary>
    public static Params Init(Key key, int inputs, int outputs, int kernel, bool zeroGamma = false) =>
        new(Initializers.Convolution(key, inputs, outputs, kernel), BatchNorm.Init(outputs, zeroGamma));

    /// <summary>Statistics before the first batch.</summary>
    public static BatchNorm.State Start(Params p) => BatchNorm.Start(p.Norm.Scale);

    /// <summary>x [N, inputs, H, W] to [N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]; the kernel takes x's type.</summary>
    public static (Activation Y, BatchNorm.State Next) Forward(Params p, BatchNorm.State s, Activation x, int stride, Phase phase) =>
        BatchNorm.Forward(p.Norm, s, Convolved(p, x, stride), phase);

    /// <summary>The same followed by a ReLU.</summary>
    public static (Activation Y, BatchNorm.State Next) ForwardRelu(Params p, BatchNorm.State s, Activation x, int stride, Phase phase) =>
        BatchNorm.ForwardRelu(p.Norm, s, Convolved(p, x, stride), phase);

    /// <summary>Where a block's two paths meet: the ReLU of the unit's output plus <paramref name="skip"/>, of the output's shape.</summary>
    public static (Activation Y, BatchNorm.State Next) ForwardAddRelu(
        Params p,
        BatchNorm.State s,
        Activation x,
        Tensor skip,
        int stride,
        Phase phase
    ) => BatchNorm.ForwardAddRelu(p.Norm, s, Convolved(p, x, stride), skip, phase);

    /// <summary>
    /// A network's first unit: images as <c>ForNetwork</c> gives them, convolved in float32; the result, its batch norm and its ReLU
    /// in the type that the network computes in.
    /// </summary>
    public static (Activation Y, BatchNorm.State Next) OfImages(Params p, BatchNorm.State s, Tensor images, int stride, Phase phase) =>
        BatchNorm.ForwardRelu(p.Norm, s, Pixels.Convolve(images, p.Kernel, stride, Padding(p)), phase);

    private static Tensor Convolved(Params p, Activation x, int stride) => Convolution.Apply(x, p.Kernel, stride, Padding(p));

    private static long Padding(Params p) => (p.Kernel.size(2) - 1) / 2;
}

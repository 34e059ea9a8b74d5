using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A convolution without bias followed by a batch norm.</summary>
public static class ConvBn
{
    /// <summary>The trained parameters.</summary>
    /// <param name="Kernel">float32 [outputs, inputs, k, k].</param>
    /// <param name="Norm">Parameters of the batch norm over the outputs.</param>
    public sealed record Params(Tensor Kernel, BatchNorm.Params Norm) : ITree<Params>
    {
        /// <inheritdoc/>
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), Norm.Map(path / "norm", map));
    }

    /// <summary>Initial parameters: a truncated-normal kernel (<see cref="Initializers.Convolution"/>), γ = 1 and β = 0.</summary>
    /// <param name="key">Key of the kernel.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="zeroGamma">Whether γ starts at 0, as for the last batch norm of a residual block.</param>
    public static Params Init(Key key, int inputs, int outputs, int kernel, bool zeroGamma = false) =>
        new(Initializers.Convolution(key, inputs, outputs, kernel), BatchNorm.Init(outputs, zeroGamma));

    /// <summary>The running statistics before the first batch: mean 0 and variance 1.</summary>
    /// <param name="p">The parameters.</param>
    public static BatchNorm.State Start(Params p) => BatchNorm.Start(p.Norm.Scale);

    /// <summary>The convolution, in x's type, and its batch norm.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="x">float32 or bfloat16 [N, inputs, H, W].</param>
    /// <param name="stride">Stride of the convolution.</param>
    /// <param name="phase">Which statistics the batch norm uses.</param>
    /// <returns>[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉] in x's type, and the next statistics.</returns>
    public static (Activation Y, BatchNorm.State Next) Forward(Params p, BatchNorm.State s, Activation x, int stride, Phase phase) =>
        BatchNorm.Forward(p.Norm, s, Convolved(p, x, stride), phase);

    /// <summary>The convolution, its batch norm and a ReLU.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="x">float32 or bfloat16 [N, inputs, H, W].</param>
    /// <param name="stride">Stride of the convolution.</param>
    /// <param name="phase">Which statistics the batch norm uses.</param>
    /// <returns>[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉] in x's type, and the next statistics.</returns>
    public static (Activation Y, BatchNorm.State Next) ForwardRelu(Params p, BatchNorm.State s, Activation x, int stride, Phase phase) =>
        BatchNorm.ForwardRelu(p.Norm, s, Convolved(p, x, stride), phase);

    /// <summary>The end of a residual block: the ReLU of the convolution's batch norm plus the skip connection.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="x">float32 or bfloat16 [N, inputs, H, W].</param>
    /// <param name="skip">The skip connection, of the output's shape and type.</param>
    /// <param name="stride">Stride of the convolution.</param>
    /// <param name="phase">Which statistics the batch norm uses.</param>
    /// <returns>[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉] in x's type, and the next statistics.</returns>
    public static (Activation Y, BatchNorm.State Next) ForwardAddRelu(
        Params p,
        BatchNorm.State s,
        Activation x,
        Activation skip,
        int stride,
        Phase phase
    ) => BatchNorm.ForwardAddRelu(p.Norm, s, Convolved(p, x, stride), skip, phase);

    /// <summary>
    /// The first convolution of a network, with batch norm and ReLU. The convolution runs in float32; its output, the batch norm and the
    /// ReLU have the type that the network computes in.
    /// </summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="images">Images as <c>ForNetwork</c> returns them: float32 [N, C, H, W], or bfloat16 [N, 2 · C, H, W].</param>
    /// <param name="stride">Stride of the convolution.</param>
    /// <param name="phase">Which statistics the batch norm uses.</param>
    /// <returns>[N, outputs, ⌈H / stride⌉, ⌈W / stride⌉] in the type of the images, and the next statistics.</returns>
    public static (Activation Y, BatchNorm.State Next) OfImages(Params p, BatchNorm.State s, Tensor images, int stride, Phase phase) =>
        BatchNorm.ForwardRelu(p.Norm, s, Pixels.Convolve(images, p.Kernel, stride, Padding(p)), phase);

    private static Tensor Convolved(Params p, Activation x, int stride) => Convolution.Apply(x, p.Kernel, stride, Padding(p));

    private static long Padding(Params p) => (p.Kernel.size(2) - 1) / 2;
}

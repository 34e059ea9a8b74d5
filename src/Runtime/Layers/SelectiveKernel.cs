using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// A selective-kernel convolution (§3.2; Li et al., 2019). One 3×3 convolution makes two streams. A gate computes weights per channel from
/// their pooled sum, by a softmax over the two streams, and the output is the weighted sum of the streams.
/// </summary>
public static class SelectiveKernel
{
    /// <summary>The trained parameters.</summary>
    /// <param name="Streams">3×3 convolution to 2 · channels.</param>
    /// <param name="Squeeze">1×1 convolution from channels to the gate's inner width.</param>
    /// <param name="Expand">1×1 kernel [2 · channels, inner width, 1, 1], without batch norm.</param>
    public sealed record Params(ConvBn.Params Streams, ConvBn.Params Squeeze, Tensor Expand) : ITree<Params>
    {
        /// <inheritdoc/>
        public Params Map(LeafPath path, LeafMap map) =>
            new(Streams.Map(path / "streams", map), Squeeze.Map(path / "squeeze", map), map(new(path / "expand", LeafRole.Kernel, Expand)));
    }

    /// <summary>The running statistics.</summary>
    /// <param name="Streams">Of the convolution that makes the streams.</param>
    /// <param name="Squeeze">Of the gate's first convolution.</param>
    public sealed record State(BatchNorm.State Streams, BatchNorm.State Squeeze) : ITree<State>
    {
        /// <inheritdoc/>
        public State Map(LeafPath path, LeafMap map) => new(Streams.Map(path / "streams", map), Squeeze.Map(path / "squeeze", map));
    }

    /// <summary>Initial parameters with as many input as output channels, as in a bottleneck block.</summary>
    /// <param name="key">Key of the kernels.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="squeezed">Inner width of the gate.</param>
    public static Params Init(Key key, int channels, int squeezed) => Init(key, channels, channels, squeezed);

    /// <summary>Initial parameters: truncated-normal kernels, γ = 1 and β = 0.</summary>
    /// <param name="key">Key of the kernels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="squeezed">Inner width of the gate.</param>
    public static Params Init(Key key, int inputs, int channels, int squeezed) =>
        new(
            ConvBn.Init(key.At(0), inputs, 2 * channels, kernel: 3),
            ConvBn.Init(key.At(1), channels, squeezed, kernel: 1),
            Initializers.Convolution(key.At(2), squeezed, 2 * channels, kernel: 1)
        );

    /// <summary>The running statistics before the first batch: mean 0 and variance 1.</summary>
    /// <param name="p">The parameters.</param>
    public static State Start(Params p) => new(ConvBn.Start(p.Streams), ConvBn.Start(p.Squeeze));

    /// <summary>The convolution with batch norm and ReLU, and the weighted sum of its two streams.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="x">float32 or bfloat16 [N, inputs, H, W].</param>
    /// <param name="stride">Stride of the convolution.</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>[N, channels, ⌈H / stride⌉, ⌈W / stride⌉] in x's type, and the next statistics.</returns>
    public static (Tensor Y, State Next) Forward(Params p, State s, Activation x, int stride, Phase phase)
    {
        var (streams, streamsNext) = ConvBn.ForwardRelu(p.Streams, s.Streams, x, stride, phase);
        var (y, squeezeNext) =
            Kernels.Supports(x.Value) && p.Expand.dtype == float32 ? Fused(p, s, streams, phase) : Composed(p, s, streams, phase);
        return (y, new(streamsNext, squeezeNext));
    }

    private static (Tensor Y, BatchNorm.State SqueezeNext) Fused(Params p, State s, Activation both, Phase phase)
    {
        var streams = PoolFunction.Apply(both);
        var (weight, next) = Gate(p, s, streams.Mean, phase);
        return (MixFunction.Apply(streams, weight), next);
    }

    private static (Tensor Y, BatchNorm.State SqueezeNext) Composed(Params p, State s, Tensor both, Phase phase)
    {
        var (first, second) = Halves(both);
        var (weight, next) = Gate(p, s, (first + second).mean([2, 3], keepdim: true), phase);
        return (second + ((first - second) * weight), next);
    }

    // The weight of the first stream [N, channels, 1, 1], from the pooled sum of both streams. A softmax over two logits is the sigmoid of
    // their difference; the weight of the second stream is one minus this one.
    private static (Tensor Weight, BatchNorm.State Next) Gate(Params p, State s, Tensor pooled, Phase phase)
    {
        var (squeezed, next) = ConvBn.ForwardRelu(p.Squeeze, s.Squeeze, pooled, stride: 1, phase);
        var (first, second) = Halves(LibtorchConvolution.Apply(squeezed, p.Expand.to(pooled.dtype), stride: 1, padding: 0));
        return ((first - second).sigmoid(), next);
    }

    private static (Tensor First, Tensor Second) Halves(Tensor x)
    {
        var halves = x.chunk(2, dim: 1);
        return (halves[0], halves[1]);
    }
}

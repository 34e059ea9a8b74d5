using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// A selective-kernel unit (§3.2): a 3×3 convolution makes two streams; a gate over their pooled sum weighs them per channel by a softmax
/// across the streams.
/// </summary>
public static class SelectiveKernel
{
    /// <param name="Streams">3×3 convolution to 2 · channels.</param>
    /// <param name="Squeeze">1×1 convolution from channels to the gate's inner width.</param>
    /// <param name="Expand">1×1 kernel [2 · channels, inner width, 1, 1], without batch norm.</param>
    public sealed record Params(ConvBn.Params Streams, ConvBn.Params Squeeze, Tensor Expand) : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(Streams.Map(path / "streams", map), Squeeze.Map(path / "squeeze", map), map(new(path / "expand", LeafRole.Kernel, Expand)));
    }

    public sealed record State(BatchNorm.State Streams, BatchNorm.State Squeeze) : ITree<State>
    {
        public State Map(LeafPath path, LeafMap map) => new(Streams.Map(path / "streams", map), Squeeze.Map(path / "squeeze", map));
    }

    /// <summary>A unit with as many inputs as outputs, as in a bottleneck.</summary>
    public static Params Init(Key key, int channels, int squeezed) => Init(key, channels, channels, squeezed);

    public static Params Init(Key key, int inputs, int channels, int squeezed) =>
        new(
            ConvBn.Init(key.At(0), inputs, 2 * channels, kernel: 3),
            ConvBn.Init(key.At(1), channels, squeezed, kernel: 1),
            Initializers.Convolution(key.At(2), squeezed, 2 * channels, kernel: 1)
        );

    /// <summary>Statistics before the first batch.</summary>
    public static State Start(Params p) => new(ConvBn.Start(p.Streams), ConvBn.Start(p.Squeeze));

    /// <summary>x [N, inputs, H, W] to [N, channels, ⌈H / stride⌉, ⌈W / stride⌉], after its ReLU.</summary>
    public static (Tensor Y, State Next) Forward(Params p, State s, Tensor x, int stride, Phase phase)
    {
        var (streams, streamsNext) = ConvBn.ForwardRelu(p.Streams, s.Streams, x, stride, phase);
        var (y, squeezeNext) = Kernels.Take(x) && p.Expand.dtype == float32 ? Fused(p, s, streams, phase) : Composed(p, s, streams, phase);
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

    // The first stream's weight [N, channels, 1, 1], from the pooled sum of both. A softmax over two logits is a sigmoid of their
    // difference, and the weights add up to one.
    private static (Tensor Weight, BatchNorm.State Next) Gate(Params p, State s, Tensor pooled, Phase phase)
    {
        var (squeezed, next) = ConvBn.ForwardRelu(p.Squeeze, s.Squeeze, pooled, stride: 1, phase);
        var (first, second) = Halves(nn.functional.conv2d(squeezed.Value, p.Expand.to(pooled.dtype)));
        return ((first - second).sigmoid(), next);
    }

    private static (Tensor First, Tensor Second) Halves(Tensor x)
    {
        var halves = x.chunk(2, dim: 1);
        return (halves[0], halves[1]);
    }
}

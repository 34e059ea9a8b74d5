using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>The two streams of a selective kernel and their pooled sum.</summary>
/// <param name="Mean">[N, channels, 1, 1]: the mean over all pixels of the sum of both streams.</param>
/// <param name="Value">The streams [N, 2 · channels, H, W], the input of <see cref="MixFunction"/>.</param>
/// <param name="Source">The input of the batch norm that made the streams, or null.</param>
/// <param name="Shared">What the backward pass of the mix passes on to that of the pooling.</param>
internal sealed record PooledStreams(Tensor Mean, Tensor Value, Normalized? Source, PoolFunction.Streams Shared);

/// <summary>
/// The pooling of the two streams of a selective kernel. The streams get gradients on two paths, through the pooled values and through the
/// mix. The backward pass of <see cref="MixFunction"/> runs first and stores its part in the call object; this one adds both in one pass
/// over memory.
/// </summary>
internal sealed class PoolFunction : KernelFunction<PoolFunction, PoolFunction.Streams>
{
    /// <summary>
    /// Shape of the streams, and from the backward pass of the mix: the gradient of the mix and the weight of the first stream.
    /// </summary>
    internal sealed class Streams : IDisposable
    {
        public long[] Sizes { get; set; } = [];
        public StreamShape Shape { get; set; }
        public Tensor? MixGradient { get; set; }
        public Tensor? Weight { get; set; }

        public void Dispose()
        {
            MixGradient?.Dispose();
            Weight?.Dispose();
            (MixGradient, Weight) = (null, null);
        }
    }

    /// <summary>Pools streams [N, 2 · channels, H, W].</summary>
    /// <exception cref="ArgumentException">The tensor has another number of dimensions, or an odd number of channels.</exception>
    public static PooledStreams Apply(Activation streams)
    {
        if (streams.Value.dim() != 4 || streams.Value.size(1) % 2 != 0)
        {
            throw new ArgumentException($"Two streams are [N, 2 · channels, H, W], not [{string.Join(", ", streams.Value.shape)}].");
        }

        var shared = new Streams();
        var results = Run(shared, streams.Value);
        return new(results[0], results[1], streams.Source is { Relu: true } ? streams.Source : null, shared);
    }

    protected override unsafe List<Tensor> Forward(Streams call, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        var given = arguments[0]!;
        var x = Aten.ChannelsLast(given);
        call.Sizes = x.shape;
        call.Shape = new(x.size(0), x.size(2) * x.size(3), x.size(1) / 2, Kernels.ElementOf(x));
        var mean = empty(x.size(0), x.size(1) / 2);
        KernelLibrary.simclr_pool_streams(call.Shape, Aten.Pointer(x), Aten.Pointer(mean));
        GC.KeepAlive(x);

        // detach() makes another tensor of the same memory, because an autograd function must not return its input as an output.
        return [mean.to(x.dtype).view(mean.size(0), mean.size(1), 1, 1), x.detach()];
    }

    protected override unsafe Tensor?[] Backward(Streams call, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        using var freed = call;
        // The mix returns expanded zeros as its gradient. Anything else means that the streams were also used by another function.
        if (
            (gradients[1] is { } other && other.shape.Zip(other.stride()).Any(static axis => axis is (> 1, not 0)))
            || call.MixGradient is not { } g
            || call.Weight is not { } weight
        )
        {
            throw new InvalidOperationException("Pooled streams must be mixed, and must not be used for anything else.");
        }

        var (n, channels, height, width) = (call.Sizes[0], call.Sizes[1], call.Sizes[2], call.Sizes[3]);
        var shared = gradients[0] is { } mean ? MixFunction.Flat(mean) : null;
        var result = Aten.EmptyChannelsLast(n, channels, height, width, g.dtype);
        KernelLibrary.simclr_split_streams(call.Shape, Aten.Pointer(g), Aten.Pointer(weight), Layout.Pointer(shared), Aten.Pointer(result));
        GC.KeepAlive((g, weight, shared));
        return [result];
    }
}

/// <summary>The weighted sum of two streams, weight · first + (1 − weight) · second, in one pass over memory.</summary>
internal sealed class MixFunction : KernelFunction<MixFunction, PooledStreams>
{
    /// <summary>Mixes the streams by a weight [N, channels, 1, 1] of the first one; the result is [N, channels, H, W].</summary>
    /// <exception cref="ArgumentException">The weight has another number of elements.</exception>
    public static Tensor Apply(PooledStreams streams, Tensor weight)
    {
        if (weight.numel() * 2 != streams.Value.size(0) * streams.Value.size(1))
        {
            throw new ArgumentException($"The first stream's weight is [N, channels, 1, 1], not [{string.Join(", ", weight.shape)}].");
        }

        return Run(streams, streams.Value, weight)[0];
    }

    protected override unsafe List<Tensor> Forward(PooledStreams streams, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        var (given, weight) = (arguments[0]!, arguments[1]!);
        var (x, flat) = (Aten.ChannelsLast(given), Flat(weight));
        var y = Aten.EmptyChannelsLast(x.size(0), x.size(1) / 2, x.size(2), x.size(3), x.dtype);
        KernelLibrary.simclr_mix_streams(streams.Shared.Shape, Aten.Pointer(x), Aten.Pointer(flat), Aten.Pointer(y));
        GC.KeepAlive((x, flat));
        keep?.Invoke(streams.Source is { } source ? [source.Raw, source.Scale, source.Shift, weight] : [given, null, null, weight]);
        return [y];
    }

    protected override unsafe Tensor?[] Backward(PooledStreams streams, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        var (x, scale, shift, weight) = (Aten.ChannelsLast(kept[0]!), kept[1], kept[2], kept[3]!);
        var g = Aten.ChannelsLast(gradients[0]!);
        var products = empty(x.size(0), x.size(1) / 2);
        KernelLibrary.simclr_mix_gradient(
            streams.Shared.Shape,
            Aten.Pointer(g),
            Aten.Pointer(x),
            Layout.Pointer(scale),
            Layout.Pointer(shift),
            Aten.Pointer(products)
        );
        GC.KeepAlive((g, x, scale, shift));

        // Aliases, because the tensors that this pass was given are freed when it returns.
        streams.Shared.MixGradient = g.alias().DetachFromDisposeScope();
        streams.Shared.Weight = Flat(weight).alias().DetachFromDisposeScope();

        // The streams get their gradient in PoolFunction, so this is zero: one element, expanded. A missing gradient would be an invalid
        // tensor, which TorchSharp counts among the live ones.
        return [zeros(1, dtype: g.dtype).expand(x.shape), products.to(weight.dtype).view(weight.shape)];
    }

    /// <summary>Values [N, channels, 1, 1] as contiguous float32 [N, channels].</summary>
    internal static Tensor Flat(Tensor values) => values.to(ScalarType.Float32).reshape(values.size(0), values.size(1)).contiguous();
}

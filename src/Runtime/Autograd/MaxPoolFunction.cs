using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// The 3×3 max-pool of the stem, with stride 2 and TensorFlow's SAME padding. For the backward pass it saves one byte per output value, the
/// position of the maximum in its window; libtorch's operator saves the input and eight bytes per output value.
/// </summary>
internal sealed class MaxPoolFunction : KernelFunction<MaxPoolFunction, MaxPoolFunction.Pool>
{
    /// <summary>Shape and type of the input, for the backward pass.</summary>
    internal sealed class Pool
    {
        public ImageShape Shape { get; set; }
        public ScalarType Type { get; set; }
    }

    /// <summary>Pools x [N, C, H, W] to [N, C, ⌈H / 2⌉, ⌈W / 2⌉].</summary>
    public static Tensor Apply(Tensor x) => Run(new(), x)[0];

    protected override unsafe List<Tensor> Forward(Pool pool, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        var x = Aten.ChannelsLast(arguments[0]!);
        var (images, channels, height, width) = (x.size(0), x.size(1), x.size(2), x.size(3));
        (pool.Shape, pool.Type) = (new(images, height, width, channels, Kernels.ElementOf(x)), x.dtype);
        var y = Aten.EmptyChannelsLast(images, channels, (height + 1) / 2, (width + 1) / 2, x.dtype);
        var choices = empty(y.numel(), dtype: ScalarType.Byte);
        KernelLibrary.simclr_max_pool(pool.Shape, Aten.Pointer(x), Aten.Pointer(y), Aten.Pointer(choices));
        GC.KeepAlive(x);
        keep?.Invoke([choices]);
        return [y];
    }

    protected override unsafe Tensor?[] Backward(Pool pool, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        var (shape, g) = (pool.Shape, Aten.ChannelsLast(gradients[0]!));
        var dx = Aten.EmptyChannelsLast(shape.Images, shape.Channels, shape.Height, shape.Width, pool.Type);
        KernelLibrary.simclr_max_pool_gradient(shape, Aten.Pointer(g), Aten.Pointer(kept[0]!), Aten.Pointer(dx));
        GC.KeepAlive((g, kept));
        return [dx];
    }
}

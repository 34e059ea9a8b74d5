using static TorchSharp.torch;

namespace SimClrDsl.Native;

public static partial class SystemTorch
{
    // libtorch's number for channels_last.
    private const int ChannelsLastFormat = 2;

    /// <summary>The same images, with the channels of a pixel side by side in memory.</summary>
    public static Tensor ChannelsLast(Tensor tensor) => Op.Call("contiguous", tensor, ChannelsLastFormat);

    /// <summary>Whether the channels of a pixel lie side by side in memory.</summary>
    public static bool IsChannelsLast(Tensor tensor) => tensor.dim() == 4 && tensor.IsContiguous(ChannelsLastFormat);

    /// <summary>The elements of a contiguous CPU tensor, in place; valid while the tensor is.</summary>
    public static Span<T> Data<T>(Tensor tensor)
        where T : unmanaged
    {
        Tensor.Check<T>(tensor.dtype);
        return tensor.Memory<T>();
    }

    /// <summary>A CPU tensor with a copy of the given bytes.</summary>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, ScalarType type, params ReadOnlySpan<long> shape) =>
        Copied(bytes, shape, type);
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Native;

/// <summary>Puts tensors into the memory format of the native kernels: contiguous, with the channels innermost.</summary>
internal static unsafe class Layout
{
    /// <summary>A tensor [N, C] or [N, C, H, W] in that format; copied only if it has another one.</summary>
    public static Tensor Packed(Tensor tensor) =>
        tensor.dim() == 4 ? Aten.ChannelsLast(tensor)
        : tensor.is_contiguous() ? tensor
        : tensor.contiguous();

    /// <summary>An uninitialised CPU tensor of the same shape and type, in that format.</summary>
    public static Tensor EmptyLike(Tensor tensor) =>
        tensor.dim() == 4
            ? Aten.EmptyChannelsLast(tensor.size(0), tensor.size(1), tensor.size(2), tensor.size(3), tensor.dtype)
            : empty(tensor.shape, dtype: tensor.dtype);

    /// <summary>Address of the tensor's first element; null if there is no tensor.</summary>
    public static void* Pointer(Tensor? tensor) => tensor is null ? null : Aten.Pointer(tensor);
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Native;

/// <summary>Tensors as the kernels read them: dense, with their channels innermost in memory.</summary>
internal static unsafe class Layout
{
    /// <summary>A tensor [N, C] or [N, C, H, W] in that order; itself, where it is.</summary>
    public static Tensor InOrder(Tensor tensor) =>
        tensor.dim() == 4 ? Aten.ChannelsLast(tensor)
        : tensor.is_contiguous() ? tensor
        : tensor.contiguous();

    /// <summary>An uninitialised tensor of the same shape and type, in that order.</summary>
    public static Tensor EmptyLike(Tensor tensor) =>
        tensor.dim() == 4
            ? Aten.EmptyChannelsLast(tensor.size(0), tensor.size(1), tensor.size(2), tensor.size(3), tensor.dtype)
            : empty(tensor.shape, dtype: tensor.dtype);

    /// <summary>Where the values lie, or null where there is no tensor.</summary>
    public static void* Pointer(Tensor? tensor) => tensor is null ? null : Aten.Pointer(tensor);
}

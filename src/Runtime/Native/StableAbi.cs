using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// P/Invoke declarations of libtorch's stable C interface ("LibTorch Stable ABI" in PyTorch's documentation), as far as it is used here.
/// Each function returns 0 on success. The handle of a TorchSharp tensor is also a tensor handle of this interface.
/// </summary>
internal static unsafe partial class StableAbi
{
    /// <summary>
    /// The version of the interface whose calling convention <see cref="torch_call_dispatcher"/> is called with: libtorch 2.10.
    /// </summary>
    public const ulong Version = 0x020a000000000000;

    private const string Library = "torch_cpu";

    /// <summary>
    /// Calls an operator by name. The arguments are on the stack, which takes ownership of tensors; the results replace them.
    /// </summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int torch_call_dispatcher(string operation, string overload, ulong* stack, ulong version);

    /// <summary>Makes another handle of the same tensor.</summary>
    [LibraryImport(Library)]
    public static partial int aoti_torch_new_tensor_handle(nint tensor, out nint handle);

    /// <summary>Address of a tensor's first element.</summary>
    [LibraryImport(Library)]
    public static partial int aoti_torch_get_data_ptr(nint tensor, out nint pointer);

    [LibraryImport(Library)]
    public static partial int aoti_torch_cpu_convolution_backward(
        nint gradient,
        nint input,
        nint kernel,
        nint* biasSizes,
        long biasSizesCount,
        long* stride,
        long strideCount,
        long* padding,
        long paddingCount,
        long* dilation,
        long dilationCount,
        int transposed,
        long* outputPadding,
        long outputPaddingCount,
        long groups,
        int* wanted,
        long wantedCount,
        out nint inputGradient,
        out nint kernelGradient,
        out nint biasGradient
    );

    /// <summary>Address of a function of libtorch, which the native kernels call.</summary>
    public static nint AddressOf(string function) =>
        NativeLibrary.GetExport(NativeLibrary.Load(Library, typeof(StableAbi).Assembly, null), function);
}

using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// The part of libtorch's stable C interface that is used here ("LibTorch Stable ABI" in PyTorch's documentation). A function returns 0 unless it
/// failed. A handle of TorchSharp's is a handle of this interface.
/// </summary>
internal static unsafe partial class StableAbi
{
    /// <summary>libtorch 2.10, whose rules the arguments of <see cref="torch_call_dispatcher"/> follow.</summary>
    public const ulong Version = 0x020a000000000000;

    private const string Library = "torch_cpu";

    /// <summary>Calls an operator by name: arguments lie on the stack, which takes the tensors among them, and results replace them.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int torch_call_dispatcher(string operation, string overload, ulong* stack, ulong version);

    /// <summary>A second handle of a tensor.</summary>
    [LibraryImport(Library)]
    public static partial int aoti_torch_new_tensor_handle(nint tensor, out nint handle);

    /// <summary>Where a tensor's first value lies, whatever its layout.</summary>
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

    /// <summary>Where a function of libtorch lies, for the kernels to call.</summary>
    public static nint AddressOf(string function) =>
        NativeLibrary.GetExport(NativeLibrary.Load(Library, typeof(StableAbi).Assembly, null), function);
}

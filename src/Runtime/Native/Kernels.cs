using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// Whether the native kernels of src/Kernels are available, and which tensors they support. Without them the same computations run on
/// TorchSharp's operators, which is slower.
/// </summary>
public static class Kernels
{
    // The environment variable is read once, so it must be set before the process starts.
    private const string Switch = "SIMCLR_KERNELS";

    private static readonly Lazy<string?> instructions = new(Start);

    /// <summary>Whether this process uses the native kernels.</summary>
    public static bool InUse => instructions.Value is not null;

    /// <summary>The library that is in use; null where there is none.</summary>
    public static string? File => InUse ? TorchLibraries.PathOf(KernelLibrary.Name) : null;

    /// <summary>The kernels in use, such as "kernels for avx512bf16", or the reason why there are none.</summary>
    public static string Description =>
        instructions.Value is { } set ? $"kernels for {set}"
        : IsSwitchedOff ? $"no kernels ({Switch} is 0)"
        : "no kernels (the library simclr_kernels is not beside the program)";

    private static bool IsSwitchedOff => Environment.GetEnvironmentVariable(Switch) == "0";

    /// <summary>Whether the kernels are available and support this tensor: float32 or bfloat16, on a CPU.</summary>
    internal static bool Supports(Tensor tensor) =>
        tensor.device.type == TorchSharp.DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && InUse;

    /// <summary>The number of a tensor's type in the structures of the kernels: 0 for float32, 1 for bfloat16.</summary>
    internal static int ElementOf(Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? 1 : 0;

    /// <summary>The convolution of images with a kernel [outputs, inputs, side, side].</summary>
    internal static ConvolutionShape ConvolutionOf(Tensor images, Tensor kernel, long stride, long padding) =>
        new(
            Images: images.size(0),
            Height: images.size(2),
            Width: images.size(3),
            Inputs: kernel.size(1),
            Outputs: kernel.size(0),
            Side: kernel.size(2),
            stride,
            padding,
            ElementOf(images)
        );

    /// <summary>An uninitialised tensor for the result of a convolution of images of this type, channels-last.</summary>
    internal static Tensor EmptyResult(ConvolutionShape shape, ScalarType type) =>
        Aten.EmptyChannelsLast(shape.Images, shape.Outputs, shape.OutputHeight, shape.OutputWidth, type);

    private static unsafe string? Start()
    {
        if (IsSwitchedOff || !TorchLibraries.TryLoad(KernelLibrary.Name))
        {
            return null;
        }

        KernelLibrary.simclr_use_threads(StableAbi.AddressOf("torch_parallel_for"), StableAbi.AddressOf("torch_get_num_threads"));
        return Marshal.PtrToStringUTF8((nint)KernelLibrary.simclr_instructions())!;
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// Whether the kernels are there, and for which tensors. Without them everything runs on TorchSharp's operators: slower, with the same meaning.
/// </summary>
public static class Kernels
{
    // Read once: whoever wants to compare both ways sets it before the first tensor.
    private const string Switch = "SIMCLR_KERNELS";

    private static readonly Lazy<string?> instructions = new(Start);

    /// <summary>Whether the library of src/Kernels is in use in this process.</summary>
    public static bool InUse => instructions.Value is not null;

    /// <summary>What computes besides libtorch: "kernels for avx512bf16", or why there are none.</summary>
    public static string Description =>
        instructions.Value is { } set ? $"kernels for {set}"
        : IsSwitchedOff ? $"no kernels ({Switch} is 0)"
        : "no kernels (the library simclr_kernels is not beside the program)";

    private static bool IsSwitchedOff => Environment.GetEnvironmentVariable(Switch) == "0";

    /// <summary>Whether the kernels take this tensor.</summary>
    internal static bool Take(Tensor tensor) =>
        tensor.device.type == TorchSharp.DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && InUse;

    /// <summary>What a structure of the kernels calls the type of a tensor's values.</summary>
    internal static int ElementOf(Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? 1 : 0;

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

using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>What computes, and how it is told to.</summary>
public static class Capabilities
{
    /// <summary>TorchSharp and the libtorch below it, with their versions.</summary>
    public static string Provider => $"TorchSharp {TorchSharpVersion}, libtorch {__version__}";

    /// <summary>Version of the TorchSharp package, such as "0.107.0".</summary>
    public static string TorchSharpVersion => typeof(Tensor).Assembly.GetName().Version?.ToString(3) ?? "of unknown version";

    /// <summary>
    /// Tells a GPU how to compute, for the whole process; a CPU has no such choices.
    /// </summary>
    /// <param name="device">The device that trains.</param>
    /// <param name="tf32">Whether float32 products and convolutions may round their factors to TF32.</param>
    public static void Configure(Device device, bool tf32)
    {
        if (device.type != TorchSharp.DeviceType.CUDA)
        {
            return;
        }

        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (tf32, tf32);
    }

    /// <summary>Whether the device has instructions that multiply bfloat16. Whether those are faster is another question.</summary>
    public static bool Bf16(Device device) => device.type == TorchSharp.DeviceType.CUDA || ProcessorHasBf16();

    // .NET does not report these instructions, the kernel does.
    private static bool ProcessorHasBf16()
    {
        const string ProcessorInfo = "/proc/cpuinfo";
        return File.Exists(ProcessorInfo)
            && File.ReadLines(ProcessorInfo)
                .Where(static line => line.StartsWith("flags", StringComparison.Ordinal))
                .Take(1)
                .Any(static line =>
                    line.Contains("avx512_bf16", StringComparison.Ordinal) || line.Contains("amx_bf16", StringComparison.Ordinal)
                );
    }
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>The versions and abilities of libtorch and the device, and libtorch's global settings.</summary>
public static class Capabilities
{
    /// <summary>The versions of TorchSharp and of the libtorch it uses, for people to read.</summary>
    public static string Provider => $"TorchSharp {TorchSharpVersion}, libtorch {__version__}";

    /// <summary>Version of the TorchSharp package, such as "0.107.0".</summary>
    public static string TorchSharpVersion => typeof(Tensor).Assembly.GetName().Version?.ToString(3) ?? "of unknown version";

    /// <summary>
    /// Sets whether a CUDA device may use TF32, for the whole process. Does nothing for a CPU.
    /// </summary>
    /// <param name="device">The device that trains.</param>
    /// <param name="tf32">Whether matrix products and convolutions of float32 tensors may round their inputs to TF32.</param>
    public static void Configure(Device device, bool tf32)
    {
        if (device.type != TorchSharp.DeviceType.CUDA)
        {
            return;
        }

        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (tf32, tf32);
    }

    /// <summary>Whether the device has instructions that multiply bfloat16 values. They need not be faster than float32.</summary>
    /// <param name="device">The device that trains.</param>
    public static bool Bf16(Device device) => device.type == TorchSharp.DeviceType.CUDA || ProcessorHasBf16();

    // .NET has no query for these instruction sets, so this reads what the Linux kernel reports.
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

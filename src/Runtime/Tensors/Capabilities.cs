using static TorchSharp.torch;
#if TORCH_SYSTEM
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

/// <summary>
/// What TorchSharp's API lacks, with a plain fallback where the provider is TorchSharp itself. The only place that knows which provider is
/// in use.
/// </summary>
public static class Capabilities
{
    /// <summary>The tensor with its channels innermost in memory, which convolutions read faster; its shape stays.</summary>
    public static Tensor ChannelsLast(Tensor tensor) =>
#if TORCH_SYSTEM
        SystemTorch.ChannelsLast(tensor);
#else
        tensor;
#endif

    /// <summary>x ← decay · x + (1 − decay) · y, pair by pair, into the x.</summary>
    public static void Average_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay)
    {
#if TORCH_SYSTEM
        SystemTorch.ForeachMul_(xs, decay);
        SystemTorch.ForeachAdd_(xs, ys, 1 - decay);
#else
        foreach (var (x, y) in xs.Zip(ys))
        {
            x.mul_(decay).add_(y, alpha: 1 - decay);
        }
#endif
    }

    /// <summary>Number of tensors that have not been freed, or null where the provider does not say.</summary>
    public static long? LiveTensors =>
#if TORCH_SYSTEM
        SystemTorch.LiveTensors;
#else
        null;
#endif

    /// <summary>Whether the device multiplies bf16 natively, so that it is faster than float32.</summary>
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

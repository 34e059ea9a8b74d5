using static TorchSharp.torch;
#if TORCH_SYSTEM
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

/// <summary>
/// What TorchSharp's API lacks, with a plain fallback where the provider is TorchSharp itself. The only place that knows which provider is
/// in use.
/// </summary>
public static partial class Capabilities
{
    /// <summary>The tensor with its channels innermost in memory, which convolutions read faster; its shape stays.</summary>
    public static Tensor ChannelsLast(Tensor tensor) =>
#if TORCH_SYSTEM
        SystemTorch.ChannelsLast(tensor);
#else
        tensor;
#endif

    /// <summary>Whether the provider has the units of a network fused for such images and parameters.</summary>
    public static bool Fuses(Tensor x, Tensor parameter) =>
#if TORCH_SYSTEM
        x.device.type == TorchSharp.DeviceType.CPU
        && x.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && parameter.dtype == ScalarType.Float32;
#else
        false;
#endif

    /// <summary>Batch norm with what follows it, in one pass over x; only where <see cref="Fuses"/> says so.</summary>
    public static (Tensor Y, Tensor? Mean, Tensor? Variance) BatchNorm(
        Tensor x,
        Tensor? skip,
        Tensor scale,
        Tensor? shift,
        Tensor mean,
        Tensor variance,
        bool training,
        bool unbiased,
        double epsilon,
        double momentum,
        bool relu
    ) =>
#if TORCH_SYSTEM
        SystemTorch.BatchNorm(
            x.dim() == 4 ? ChannelsLast(x) : x.contiguous(),
            skip,
            scale,
            shift,
            mean,
            variance,
            training,
            unbiased,
            epsilon,
            momentum,
            relu
        );
#else
        throw new NotSupportedException("The provider has no fused units.");
#endif

    /// <summary>A convolution without bias, channels-last; the float32 kernel takes x's type.</summary>
    public static Tensor Convolve(Tensor x, Tensor kernel, long stride, long padding)
    {
#if TORCH_SYSTEM
        if (Fuses(x, kernel))
        {
            return SystemTorch.Convolve(x, kernel, stride, padding);
        }
#endif
        var typed = ChannelsLast(kernel.to(x.dtype));

        // Images of one channel look the same in both layouts, and the convolution then answers in the slower one.
        return ChannelsLast(nn.functional.conv2d(x, typed, strides: [stride, stride], padding: [padding, padding]));
    }

    /// <summary>
    /// Two streams [N, 2 · channels, H, W] pooled: the mean of their sum [N, channels, 1, 1], and the streams for
    /// <see cref="MixStreams"/>; only where <see cref="Fuses"/> says so.
    /// </summary>
    public static (Tensor Mean, Tensor Streams) PoolStreams(Tensor streams) =>
#if TORCH_SYSTEM
        SystemTorch.PoolStreams(streams);
#else
        throw new NotSupportedException("The provider has no fused units.");
#endif

    /// <summary>second + (first − second) · weight of pooled streams, in one pass over them; weight [N, channels, 1, 1].</summary>
    public static Tensor MixStreams(Tensor streams, Tensor weight) =>
#if TORCH_SYSTEM
        SystemTorch.MixStreams(streams, weight);
#else
        throw new NotSupportedException("The provider has no fused units.");
#endif

    /// <summary>3×3 max-pool of stride 2 with TensorFlow's SAME padding, of images after a ReLU; its backward pass keeps a byte a value.</summary>
    public static Tensor MaxPool(Tensor x)
    {
#if TORCH_SYSTEM
        if (x.device.type == TorchSharp.DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16)
        {
            return SystemTorch.MaxPool(x);
        }
#endif
        var (top, left) = (x.size(2) % 2, x.size(3) % 2);
        return nn.functional.max_pool2d(nn.functional.pad(x, [left, 1, top, 1]), kernel_size: [3, 3], strides: [2, 2]);
    }

    /// <summary>
    /// <paramref name="value"/> with a backward pass that computes it again from <paramref name="inputs"/>; where the provider cannot,
    /// computed here and now, with everything kept.
    /// </summary>
    public static Tensor Recomputed(Tensor value, IReadOnlyList<Tensor> inputs, Func<IReadOnlyList<Tensor>, Tensor> recompute) =>
#if TORCH_SYSTEM
        SystemTorch.Recomputed(value, inputs, recompute);
#else
        recompute(inputs);
#endif

    /// <summary>What computes: the libtorch with its version, or TorchSharp.</summary>
    public static string Provider =>
#if TORCH_SYSTEM
        $"libtorch {SystemTorch.LibtorchVersion}";
#else
        "TorchSharp";
#endif

    /// <summary>
    /// Decodes a box of a JPEG, in pixels of the scaled image, into <paramref name="pixels"/> of that whole image; false where the provider has
    /// no decoder for the file.
    /// </summary>
    /// <exception cref="PictureException">It is damaged.</exception>
    public static bool JpegRegion(byte[] file, int eighths, CropBox box, Span<byte> pixels)
    {
#if TORCH_SYSTEM
        try
        {
            return SystemJpeg.Region(file, eighths, box.Top, box.Left, box.Height, box.Width, pixels);
        }
        catch (System.Runtime.InteropServices.ExternalException damage)
        {
            throw Jpeg.Damaged(damage.Message);
        }
#else
        return false;
#endif
    }

    /// <summary>Number of tensors that have not been freed, or null where the provider does not say.</summary>
    public static long? LiveTensors =>
#if TORCH_SYSTEM
        SystemTorch.LiveTensors;
#else
        null;
#endif

    /// <summary>
    /// Tells a GPU how to compute, for the whole process; a CPU has no such choices. Without <paramref name="benchmark"/> convolutions give
    /// the same bits in every run.
    /// </summary>
    /// <param name="device">The device that trains.</param>
    /// <param name="tf32">Whether float32 products and convolutions may round their factors to TF32.</param>
    /// <param name="benchmark">Whether cuDNN may take the algorithm it finds fastest, whichever that is this time.</param>
    public static void Configure(Device device, bool tf32, bool benchmark)
    {
        if (device.type != TorchSharp.DeviceType.CUDA)
        {
            return;
        }

        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (tf32, tf32);
#if TORCH_SYSTEM
        (SystemTorch.CudnnBenchmark, SystemTorch.CudnnDeterministic) = (benchmark, !benchmark);
#endif
    }

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

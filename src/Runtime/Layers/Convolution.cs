using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A convolution without bias, with workarounds for faults of oneDNN.</summary>
internal static class Convolution
{
    // oneDNN (seen in 2.6 and 3.12) writes past its buffers when it computes the kernel gradient of a strided 1×1 convolution with fewer
    // input channels than this.
    private const long FewestStridedChannels = 16;

    // oneDNN 3.5 to 3.7 give wrong results for one-channel images on some processors with AVX-512. This detects the fault: four ones times
    // four ones must sum to 4. With a second channel of zeros the results are right.
    private static readonly Lazy<bool> failsWithOneChannel = new(static () =>
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var two = ones(1, 1, 2, 2, dtype: ScalarType.BFloat16);
        return nn.functional.conv2d(two, two).to(float32).item<float>() != 4;
    });

    /// <summary>Convolves x [N, inputs, H, W] with a kernel [outputs, inputs, k, k] in x's type; the result is channels-last.</summary>
    public static Tensor Apply(Activation x, Tensor kernel, long stride, long padding)
    {
        if (x.Value.device.type != TorchSharp.DeviceType.CPU)
        {
            return ByOperators(x.Value, kernel, stride, padding);
        }

        if (IsTooNarrow(x.Value, kernel, stride, padding))
        {
            // A 1×1 convolution with stride s reads every s-th pixel. On those pixels alone it is a convolution with stride 1.
            return Apply(Aten.ChannelsLast(LibtorchConvolution.Seen(x.Value, stride)), kernel, stride: 1, padding: 0);
        }

        if (x.Value.size(1) == 1 && failsWithOneChannel.Value)
        {
            return Apply(WithSecondChannel(x.Value), WithSecondChannel(kernel), stride, padding);
        }

        return Kernels.Supports(x.Value) && kernel.dtype == float32
            ? ConvolutionFunction.Apply(x, kernel, stride, padding)
            : ByOperators(x.Value, kernel, stride, padding);
    }

    private static Tensor ByOperators(Tensor x, Tensor kernel, long stride, long padding) =>
        LibtorchConvolution.Apply(x, kernel.to(x.dtype), stride, padding);

    private static Tensor WithSecondChannel(Tensor x) => Aten.ChannelsLast(nn.functional.pad(x, [0, 0, 0, 0, 0, 1]));

    private static bool IsTooNarrow(Tensor x, Tensor kernel, long stride, long padding) =>
        stride > 1 && padding == 0 && kernel.size(2) == 1 && kernel.size(3) == 1 && x.size(1) < FewestStridedChannels;
}

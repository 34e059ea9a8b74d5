using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A convolution without bias.</summary>
internal static class Convolution
{
    // oneDNN, in 3.12 as in 2.6, writes past its buffers when it differentiates a strided 1×1 convolution of so few channels by its kernel.
    private const long FewestStridedChannels = 16;

    // oneDNN 3.5 to 3.7 convolve images of one channel wrongly on some processors with AVX-512; there two by two ones make 1. With a second
    // channel, of zeros, they are right.
    private static readonly Lazy<bool> failsWithOneChannel = new(static () =>
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var two = ones(1, 1, 2, 2, dtype: ScalarType.BFloat16);
        return nn.functional.conv2d(two, two).to(float32).item<float>() != 4;
    });

    /// <summary>x [N, inputs, H, W] with a kernel [outputs, inputs, k, k], which takes x's type; channels-last.</summary>
    public static Tensor Apply(Activation x, Tensor kernel, long stride, long padding)
    {
        if (x.Value.device.type != TorchSharp.DeviceType.CPU)
        {
            return ByOperators(x.Value, kernel, stride, padding);
        }

        if (IsTooNarrow(x.Value, kernel, stride, padding))
        {
            // It looks at every stride-th pixel: with those alone, it has no stride.
            var seen = x.Value.slice(2, 0, x.Value.size(2), stride).slice(3, 0, x.Value.size(3), stride);
            return Apply(Aten.ChannelsLast(seen), kernel, stride: 1, padding: 0);
        }

        if (x.Value.size(1) == 1 && failsWithOneChannel.Value)
        {
            return Apply(WithSecondChannel(x.Value), WithSecondChannel(kernel), stride, padding);
        }

        return Kernels.Take(x.Value) && kernel.dtype == float32
            ? ConvolutionFunction.Apply(x, kernel, stride, padding)
            : ByOperators(x.Value, kernel, stride, padding);
    }

    // Images of one channel look the same in both layouts, and the convolution then answers in the slower one.
    private static Tensor ByOperators(Tensor x, Tensor kernel, long stride, long padding) =>
        Aten.ChannelsLast(
            nn.functional.conv2d(x, Aten.ChannelsLast(kernel.to(x.dtype)), strides: [stride, stride], padding: [padding, padding])
        );

    private static Tensor WithSecondChannel(Tensor x) => Aten.ChannelsLast(nn.functional.pad(x, [0, 0, 0, 0, 0, 1]));

    private static bool IsTooNarrow(Tensor x, Tensor kernel, long stride, long padding) =>
        stride > 1 && padding == 0 && kernel.size(2) == 1 && kernel.size(3) == 1 && x.size(1) < FewestStridedChannels;
}

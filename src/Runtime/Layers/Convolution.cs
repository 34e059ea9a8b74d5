using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>A convolution without bias.</summary>
internal static class Convolution
{
    /// <summary>x [N, inputs, H, W] with a float32 kernel [outputs, inputs, k, k], which takes x's type; channels-last.</summary>
    public static Tensor Apply(Activation x, Tensor kernel, long stride, long padding)
    {
        if (Kernels.Take(x.Value) && kernel.dtype == float32)
        {
            return ConvolutionFunction.Apply(x, kernel, stride, padding);
        }

        // Images of one channel look the same in both layouts, and the convolution then answers in the slower one.
        var typed = Aten.ChannelsLast(kernel.to(x.Value.dtype));
        return Aten.ChannelsLast(nn.functional.conv2d(x.Value, typed, strides: [stride, stride], padding: [padding, padding]));
    }
}

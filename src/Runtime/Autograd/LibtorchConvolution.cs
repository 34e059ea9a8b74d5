using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Convolutions without bias by libtorch's operators, on a CPU. Where oneDNN cannot be trusted with it, a 1×1 convolution is computed as
/// the product of the pixels and the kernel.
/// </summary>
internal static class LibtorchConvolution
{
    /// <summary>Convolves x [N, inputs, H, W] with a kernel [outputs, inputs, k, k] of its type; the result is channels-last.</summary>
    public static Tensor Apply(Tensor x, Tensor kernel, long stride, long padding) =>
        MeetsOnePixel(x, kernel, padding) ? Product(x, Middle(kernel), stride: 1)
        : IsWrong(kernel) ? Product(x, kernel, stride)
        // For one-channel images libtorch cannot tell the two formats apart and may return the slower one, so the result is converted.
        : Aten.ChannelsLast(nn.functional.conv2d(x, Aten.ChannelsLast(kernel), strides: [stride, stride], padding: [padding, padding]));

    /// <summary>The gradients with respect to x and to the kernel, each null unless asked for.</summary>
    public static (Tensor? Input, Tensor? Kernel) Backward(
        Tensor gradient,
        Tensor x,
        Tensor kernel,
        long stride,
        long padding,
        bool forInput,
        bool forKernel
    )
    {
        if (MeetsOnePixel(x, kernel, padding))
        {
            var middle = Middle(kernel);
            var kernelGradient = forKernel ? zeros_like(kernel) : null;
            kernelGradient?.Middle().copy_(ProductKernelGradient(gradient, x, middle, stride: 1));
            return (forInput ? ProductInputGradient(gradient, x, middle, stride: 1) : null, kernelGradient);
        }

        return IsWrong(kernel)
            ? (
                forInput ? ProductInputGradient(gradient, x, kernel, stride) : null,
                forKernel ? ProductKernelGradient(gradient, x, kernel, stride) : null
            )
            : Aten.ConvolutionBackward(gradient, x, Aten.ChannelsLast(kernel), stride, padding, forInput, forKernel);
    }

    /// <summary>A 1×1 convolution without padding as one product of matrices.</summary>
    internal static Tensor Product(Tensor x, Tensor kernel, long stride)
    {
        var seen = Seen(x, stride);
        return Images(Rows(seen).mm(Matrix(kernel).t()), seen);
    }

    /// <summary>The gradient of <see cref="Product"/> with respect to x.</summary>
    internal static Tensor ProductInputGradient(Tensor gradient, Tensor x, Tensor kernel, long stride)
    {
        var product = Images(Rows(gradient).mm(Matrix(kernel)), gradient);
        if (stride == 1)
        {
            return product;
        }

        var all = zeros_like(x);
        Seen(all, stride).copy_(product);
        return all;
    }

    /// <summary>The gradient of <see cref="Product"/> with respect to the kernel.</summary>
    internal static Tensor ProductKernelGradient(Tensor gradient, Tensor x, Tensor kernel, long stride) =>
        Rows(gradient).t().mm(Rows(Seen(x, stride))).view(kernel.shape);

    // oneDNN 3.7 plans a 1×1 convolution by the sizes of the caches. Where it takes them for zero, it divides by zero for some numbers of
    // channels (256 to 1024), which ends the process, and returns wrong values for others (any to 512 in float32).
    private static bool IsWrong(Tensor kernel) =>
        ProcessorCaches.AreHidden && kernel.size(2) == 1 && kernel.size(3) == 1 && kernel.device.type == TorchSharp.DeviceType.CPU;

    // Of an image of one pixel, whose neighbours are all padding, only the middle of the kernel meets anything. With a stride of 2 oneDNN 3.7
    // leaves the rest of the kernel's gradient in bf16 as it was in memory.
    private static bool MeetsOnePixel(Tensor x, Tensor kernel, long padding) =>
        x.size(2) == 1
        && x.size(3) == 1
        && kernel.size(2) > 1
        && padding == kernel.size(2) / 2
        && x.device.type == TorchSharp.DeviceType.CPU;

    private static Tensor Middle(this Tensor kernel) => kernel.narrow(2, kernel.size(2) / 2, 1).narrow(3, kernel.size(3) / 2, 1);

    // The pixels that a convolution with this stride reads.
    private static Tensor Seen(Tensor x, long stride) => stride == 1 ? x : x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);

    // One row of channels for each pixel.
    private static Tensor Rows(Tensor x) => x.permute(0, 2, 3, 1).reshape(-1, x.size(1));

    private static Tensor Images(Tensor rows, Tensor like) =>
        rows.view(like.size(0), like.size(2), like.size(3), rows.size(1)).permute(0, 3, 1, 2);

    private static Tensor Matrix(Tensor kernel) => kernel.reshape(kernel.size(0), kernel.size(1));
}

using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Convolutions without bias by libtorch's operators, on a CPU. The convolution of images of one pixel, with which oneDNN cannot be trusted,
/// is computed as the product of the pixels and the middle of the kernel.
/// </summary>
internal static class LibtorchConvolution
{
    /// <summary>Convolves x [N, inputs, H, W] with a kernel [outputs, inputs, k, k] of its type; the result is channels-last.</summary>
    public static Tensor Apply(Tensor x, Tensor kernel, long stride, long padding) =>
        MeetsOnePixel(x, kernel, padding)
            ? Product(x, Middle(kernel))
            // For one-channel images libtorch cannot tell the two formats apart and may return the slower one, so the result is converted.
            : Aten.ChannelsLast(nn.functional.conv2d(x, Aten.ChannelsLast(kernel), strides: [stride, stride], padding: [padding, padding]));

    /// <summary>
    /// The gradients with respect to x and to the kernel, each null unless asked for. The first is added to <paramref name="to"/>, a dense
    /// tensor like x, if there is one.
    /// </summary>
    public static (Tensor? Input, Tensor? Kernel) Backward(
        Tensor gradient,
        Tensor x,
        Tensor kernel,
        long stride,
        long padding,
        bool forInput,
        bool forKernel,
        Tensor? to = null
    )
    {
        // A 1×1 convolution with stride s reads every s-th pixel. On those pixels alone it is a convolution with stride 1.
        if (stride > 1 && padding == 0 && kernel.size(2) == 1 && kernel.size(3) == 1)
        {
            var (seen, weight) = Backward(gradient, Aten.ChannelsLast(Seen(x, stride)), kernel, stride: 1, padding, forInput, forKernel);
            var all = forInput ? to ?? Layout.EmptyLike(x).zero_() : null;
            if (all is not null)
            {
                Seen(all, stride).add_(seen!);
            }

            return (all, weight);
        }

        var (input, kernelGradient) = MeetsOnePixel(x, kernel, padding)
            ? ProductBackward(gradient, x, kernel, forInput, forKernel)
            : Aten.ConvolutionBackward(gradient, x, Aten.ChannelsLast(kernel), stride, padding, forInput, forKernel);
        return (input is not null && to is not null ? to.add_(input) : input, kernelGradient);
    }

    /// <summary>Every stride-th pixel of every stride-th row, in the memory of x.</summary>
    internal static Tensor Seen(Tensor x, long stride) => x.slice(2, 0, x.size(2), stride).slice(3, 0, x.size(3), stride);

    private static (Tensor? Input, Tensor? Kernel) ProductBackward(Tensor gradient, Tensor x, Tensor kernel, bool forInput, bool forKernel)
    {
        var middle = Middle(kernel);
        var kernelGradient = forKernel ? zeros_like(kernel) : null;
        kernelGradient?.Middle().copy_(ProductKernelGradient(gradient, x, middle));
        return (forInput ? ProductInputGradient(gradient, middle) : null, kernelGradient);
    }

    /// <summary>A 1×1 convolution without padding and with stride 1 as one product of matrices.</summary>
    internal static Tensor Product(Tensor x, Tensor kernel) => Images(Rows(x).mm(Matrix(kernel).t()), x);

    /// <summary>The gradient of <see cref="Product"/> with respect to x.</summary>
    internal static Tensor ProductInputGradient(Tensor gradient, Tensor kernel) => Images(Rows(gradient).mm(Matrix(kernel)), gradient);

    /// <summary>The gradient of <see cref="Product"/> with respect to the kernel.</summary>
    internal static Tensor ProductKernelGradient(Tensor gradient, Tensor x, Tensor kernel) =>
        Rows(gradient).t().mm(Rows(x)).view(kernel.shape);

    // Of an image of one pixel, whose neighbours are all padding, only the middle of the kernel meets anything. With a stride of 2 oneDNN 3.7
    // leaves the rest of the kernel's gradient in bf16 as it was in memory.
    private static bool MeetsOnePixel(Tensor x, Tensor kernel, long padding) =>
        x.size(2) == 1
        && x.size(3) == 1
        && kernel.size(2) > 1
        && padding == kernel.size(2) / 2
        && x.device.type == TorchSharp.DeviceType.CPU;

    private static Tensor Middle(this Tensor kernel) => kernel.narrow(2, kernel.size(2) / 2, 1).narrow(3, kernel.size(3) / 2, 1);

    // One row of channels for each pixel.
    private static Tensor Rows(Tensor x) => x.permute(0, 2, 3, 1).reshape(-1, x.size(1));

    private static Tensor Images(Tensor rows, Tensor like) =>
        rows.view(like.size(0), like.size(2), like.size(3), rows.size(1)).permute(0, 3, 1, 2);

    private static Tensor Matrix(Tensor kernel) => kernel.reshape(kernel.size(0), kernel.size(1));
}

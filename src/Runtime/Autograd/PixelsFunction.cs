using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// The first convolution of a network in bfloat16, without bias, whose images are pairs of numbers to add (<see cref="Layers.Pixels"/>). It
/// computes in float32 and rounds the result. It has no gradient with respect to the images.
/// </summary>
internal sealed class PixelsFunction : KernelFunction<PixelsFunction, PixelsFunction.Geometry>
{
    /// <summary>The arguments of a convolution that are not tensors.</summary>
    internal sealed record Geometry(long Stride, long Padding);

    /// <summary>Whether the native kernels are available and support these images and this kernel.</summary>
    public static bool Serves(Tensor images, Tensor kernel, long stride, long padding) =>
        Kernels.Supports(images)
        && kernel.dtype == float32
        && !images.requires_grad
        && KernelLibrary.simclr_stem_serves(Kernels.ConvolutionOf(images, kernel, stride, padding)) != 0;

    /// <summary>
    /// Convolves images [N, 2 · C, H, W] with a float32 kernel [outputs, C, k, k]; the result is channels-last, in bfloat16.
    /// </summary>
    public static Tensor Apply(Tensor images, Tensor kernel, long stride, long padding) => Run(new(stride, padding), images, kernel)[0];

    protected override unsafe List<Tensor> Forward(Geometry geometry, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        var (images, kernel) = (Aten.ChannelsLast(arguments[0]!), arguments[1]!);
        keep?.Invoke([images, kernel]);
        var shape = Shape(geometry, images, kernel);
        var y = Kernels.EmptyResult(shape, images.dtype);
        var plain = kernel.contiguous();
        KernelLibrary.simclr_stem(shape, Aten.Pointer(images), Aten.Pointer(plain), Aten.Pointer(y));
        GC.KeepAlive((images, plain));
        return [y];
    }

    protected override unsafe Tensor?[] Backward(Geometry geometry, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        var (images, kernel, gradient) = (kept[0]!, kept[1]!, Aten.ChannelsLast(gradients[0]!));
        var result = empty(kernel.shape);
        KernelLibrary.simclr_stem_kernel_gradient(
            Shape(geometry, images, kernel),
            Aten.Pointer(images),
            Aten.Pointer(gradient),
            Aten.Pointer(result)
        );
        GC.KeepAlive((images, gradient));
        return [null, result];
    }

    private static ConvolutionShape Shape(Geometry geometry, Tensor images, Tensor kernel) =>
        Kernels.ConvolutionOf(images, kernel, geometry.Stride, geometry.Padding);
}

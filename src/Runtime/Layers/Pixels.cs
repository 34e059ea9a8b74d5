using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// Represents the pixels of a network that computes in bfloat16 without rounding them to its 8 bits of precision. Colour distortion can
/// reduce the contrast of a view to a twentieth, which is only a few steps of bfloat16; rounding such views would bias the gradient by
/// about a fifth. So each pixel is stored as two bfloat16 numbers in two channels: the rounded value and the rounding error. The first
/// convolution adds them.
/// </summary>
internal static class Pixels
{
    /// <summary>
    /// Converts float32 images [N, C, H, W] to the type that the network computes in. For bfloat16 the result is [N, 2 · C, H, W]: the
    /// rounded channels, followed by their rounding errors. For any other type it is [N, C, H, W].
    /// </summary>
    public static Tensor Split(Tensor images, ScalarType compute)
    {
        if (compute != bfloat16)
        {
            return images.to(compute);
        }

        if (Kernels.Supports(images))
        {
            return Halves(images.contiguous());
        }

        var rounded = images.to(compute);
        return cat([rounded, (images - rounded.to(float32)).to(compute)], 1);
    }

    private static unsafe Tensor Halves(Tensor images)
    {
        var (count, channels, height, width) = (images.size(0), images.size(1), images.size(2), images.size(3));
        var halves = Aten.EmptyChannelsLast(count, 2 * channels, height, width, bfloat16);
        KernelLibrary.simclr_halves(new(count, height, width, channels, Element: 0), Aten.Pointer(images), Aten.Pointer(halves));
        GC.KeepAlive(images);
        return halves;
    }

    /// <summary>Adds both halves of split images [N, 2 · C, H, W] to float32 [N, C, H, W], with 16 bits of precision per pixel.</summary>
    public static Tensor Sum(Tensor split)
    {
        var halves = split.chunk(2, 1);
        return halves[0].to(float32) + halves[1].to(float32);
    }

    /// <summary>
    /// Convolves images that <see cref="Split"/> made, without bias. For bfloat16 images the convolution runs in float32, and its result is
    /// rounded.
    /// </summary>
    public static Tensor Convolve(Tensor images, Tensor kernel, long stride, long padding) =>
        images.dtype != bfloat16 ? Convolution.Apply(images, kernel, stride, padding)
        : PixelsFunction.Serves(images, kernel, stride, padding) ? PixelsFunction.Apply(images, kernel, stride, padding)
        : Convolution.Apply(Aten.ChannelsLast(Sum(images)), kernel, stride, padding).to(images.dtype);
}

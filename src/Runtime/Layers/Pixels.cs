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
        var rounded = images.to(compute);
        return compute == bfloat16 ? cat([rounded, (images - rounded.to(float32)).to(compute)], 1) : rounded;
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
        images.dtype == bfloat16
            ? Convolution.Apply(Aten.ChannelsLast(Sum(images)), kernel, stride, padding).to(images.dtype)
            : Convolution.Apply(images, kernel, stride, padding);
}

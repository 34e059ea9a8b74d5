using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// Images of a network that computes in bfloat16, unrounded. Colour distortion leaves views of a twentieth of their contrast, which are a few of
/// bfloat16's steps around their grey: a stem that sees those learns from a gradient that is biased by a fifth, and so does all that follows it.
/// So a pixel is two numbers, it rounded and what that leaves, in two channels; the first convolution takes their sum.
/// </summary>
internal static class Pixels
{
    /// <summary>
    /// float32 [N, C, H, W] as [N, 2 · C, H, W] of bfloat16: first the rounded channels, then what that leaves; for any other type, the images in
    /// that type.
    /// </summary>
    public static Tensor Split(Tensor images, ScalarType compute)
    {
        var rounded = images.to(compute);
        return compute == bfloat16 ? cat([rounded, (images - rounded.to(float32)).to(compute)], 1) : rounded;
    }

    /// <summary>Split images [N, 2 · C, H, W] as float32 [N, C, H, W], with 16 bits of each pixel.</summary>
    public static Tensor Sum(Tensor split)
    {
        var halves = split.chunk(2, 1);
        return halves[0].to(float32) + halves[1].to(float32);
    }

    /// <summary>
    /// A convolution without bias of what <see cref="Split"/> gave: if that is bfloat16, in float32, and the result is rounded.
    /// </summary>
    public static Tensor Convolve(Tensor images, Tensor kernel, long stride, long padding) =>
        images.dtype == bfloat16
            ? Convolution.Apply(Aten.ChannelsLast(Sum(images)), kernel, stride, padding).to(images.dtype)
            : Convolution.Apply(images, kernel, stride, padding);
}

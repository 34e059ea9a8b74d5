using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime.Native;

/// <summary>A bicubic resampling kernel, as passed to the native kernels.</summary>
/// <param name="Slope">Slope of Keys' kernel at distance 1.</param>
/// <param name="Centre">Position of a pixel's centre relative to its left edge, in pixels.</param>
/// <param name="Absent">1 to drop taps outside the crop and scale the other weights to sum to one; 0 to repeat the edge pixel.</param>
/// <param name="Antialias">1 to use the antialiased cubic kernel in a direction that shrinks; else 0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CropKernel(double Slope, double Centre, int Absent, int Antialias);

/// <summary>The parameters of LARS for one tensor.</summary>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Decay">Its weight decay, 0 for none.</param>
/// <param name="Adapted">1 if the learning rate is multiplied by trust · ‖w‖ / ‖g‖ (by 1 if a norm is zero); else 0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LarsLeaf(double Rate, double Decay, int Adapted);

/// <summary>The size of a batch norm's input, as a matrix [rows, channels].</summary>
/// <param name="Rows">Number of values per channel: N, or N · H · W for images.</param>
/// <param name="Channels">Number of channels.</param>
/// <param name="Element">0 for float32, 1 for bfloat16.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NormShape(long Rows, long Channels, int Element);

/// <summary>The size of the two streams of a selective kernel, whose channels lie side by side: [images, pixels, 2 · channels].</summary>
/// <param name="Images">Number of images.</param>
/// <param name="Pixels">Pixels per image: H · W.</param>
/// <param name="Channels">Channels of one stream.</param>
/// <param name="Element">0 for float32, 1 for bfloat16.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct StreamShape(long Images, long Pixels, long Channels, int Element);

/// <summary>The size of images in the channels-last format, [N, H, W, C] in memory. Element is 0 for float32, 1 for bfloat16.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ImageShape(long Images, long Height, long Width, long Channels, int Element);

/// <summary>
/// A convolution of channels-last images with a float32 kernel [outputs, inputs, side, side]. Element is the type of the images: 0 for
/// float32, 1 for bfloat16.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ConvolutionShape(
    long Images,
    long Height,
    long Width,
    long Inputs,
    long Outputs,
    long Side,
    long Stride,
    long Padding,
    int Element
)
{
    /// <summary>Height of the result.</summary>
    public long OutputHeight => Reduced(Height);

    /// <summary>Width of the result.</summary>
    public long OutputWidth => Reduced(Width);

    private long Reduced(long length) => ((length + (2 * Padding) - Side) / Stride) + 1;
}

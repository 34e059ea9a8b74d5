using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime.Native;

/// <summary>A bicubic kernel as the kernels take it.</summary>
/// <param name="Slope">Of Keys' kernel at distance 1.</param>
/// <param name="Centre">Where in a pixel its centre lies.</param>
/// <param name="Absent">1 where taps beyond a crop count as absent, the others being scaled to sum to one; 0 where the edge repeats.</param>
/// <param name="Antialias">1 where a direction that shrinks takes the antialiased cubic kernel instead.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CropKernel(double Slope, double Centre, int Absent, int Antialias);

/// <summary>How LARS moves one tensor.</summary>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Decay">Its weight decay, 0 for none.</param>
/// <param name="Adapted">1 where trust · ‖w‖ / ‖g‖ scales the rate (by 1 where a norm is zero), else 0.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LarsLeaf(double Rate, double Decay, int Adapted);

/// <summary>What is normalised: rows of channels.</summary>
/// <param name="Rows">Images, or images · height · width.</param>
/// <param name="Channels">Values of a row.</param>
/// <param name="Element">0 for float32, 1 for bfloat16.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NormShape(long Rows, long Channels, int Element);

/// <summary>Images of two streams side by side in memory.</summary>
/// <param name="Images">How many.</param>
/// <param name="Pixels">Of an image.</param>
/// <param name="Channels">Of one stream.</param>
/// <param name="Element">0 for float32, 1 for bfloat16.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct StreamShape(long Images, long Pixels, long Channels, int Element);

/// <summary>Images, their channels innermost.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ImageShape(long Images, long Height, long Width, long Channels, int Element);

/// <summary>A convolution of images, their channels innermost, with a square float32 kernel.</summary>
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
);

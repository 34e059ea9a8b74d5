using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>How a crop becomes a view, in training, in evaluation and where small images are decoded into memory.</summary>
/// <param name="Bicubic">The library whose kernel is used.</param>
/// <param name="Antialias">
/// Whether a direction in which a crop shrinks takes the cubic kernel that is widened by the scale, as Pillow, torchvision with
/// <c>antialias=True</c> and TensorFlow with <c>antialias=True</c> do; all three then use the same kernel, whatever <paramref name="Bicubic"/>
/// says. Without it pixels between the four taps are left out, as in the reference pipeline.
/// </param>
public sealed record Resizing(Bicubic Bicubic, bool Antialias)
{
    /// <summary>TensorFlow 2's kernel, antialiased: what a spec has that says nothing.</summary>
    public static Resizing Default { get; } = new(Bicubic.Tf2, Antialias: true);

    /// <summary>The kernel for a stretch of pixels that becomes <paramref name="side"/> pixels.</summary>
    internal CubicKernel Kernel(double size, int side) =>
        Antialias && size > side ? CubicKernel.Of(Bicubic.Tf2) with { Width = size / side } : CubicKernel.Of(Bicubic);
}

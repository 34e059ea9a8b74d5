using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>How images are resized: in training, in evaluation, and when small images are decoded into memory.</summary>
/// <param name="Bicubic">The library whose bicubic kernel is used.</param>
/// <param name="Antialias">
/// Whether to widen the kernel by the scale in a direction in which the crop shrinks, as Pillow does, and torchvision and TensorFlow with
/// <c>antialias=True</c>. All three then use the same kernel, so <paramref name="Bicubic"/> has no effect in that direction. Without
/// antialiasing only four source pixels contribute to each view pixel, as in the reference pipeline.
/// </param>
public sealed record Resizing(Bicubic Bicubic, bool Antialias)
{
    /// <summary>The default of a spec: TensorFlow 2's kernel with antialiasing.</summary>
    internal static Resizing Default { get; } = new(Bicubic.Tf2, Antialias: true);

    /// <summary>The kernel for resizing <paramref name="size"/> pixels to <paramref name="side"/> pixels.</summary>
    internal CubicKernel Kernel(double size, int side) =>
        Antialias && size > side ? CubicKernel.Of(Bicubic.Tf2) with { Width = size / side } : CubicKernel.Of(Bicubic);
}

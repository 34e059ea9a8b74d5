using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Native;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// Crops and resizes one picture. <see cref="Resampling"/> does the same for batches of images of one size; both use the same kernels and
/// give the same views.
/// </summary>
internal static class PictureResampling
{
    private const int Channels = 3;

    /// <summary>
    /// Resizes a box of a picture to float32 [3, side, side]. Black is 0 and white is 1; near edges a bicubic kernel may exceed that range.
    /// </summary>
    /// <param name="picture">The picture.</param>
    /// <param name="box">A box inside the picture. Its edges may be fractions only if both directions shrink with antialiasing.</param>
    /// <param name="mirror">Whether the view is flipped left to right.</param>
    /// <param name="side">Height and width of the view.</param>
    /// <param name="view">The destination: 3 · side · side values.</param>
    /// <param name="resizing">The kernel.</param>
    public static void Resize(Picture picture, PictureBox box, bool mirror, int side, Span<float> view, Resizing resizing)
    {
        if (Kernels.InUse)
        {
            ViewKernels.Resample(picture, Channels, box, mirror, side, resizing, view);
        }
        else
        {
            WithoutKernels(picture, box, mirror, side, view, resizing);
        }
    }

    /// <summary>The same in C#, without the native kernels.</summary>
    internal static void WithoutKernels(Picture picture, PictureBox box, bool mirror, int side, Span<float> view, Resizing resizing)
    {
        var (down, across) = (
            Lines(box.Top, box.Height, side, mirror: false, resizing),
            Lines(box.Left, box.Width, side, mirror, resizing)
        );

        // The rows of the box, resized horizontally: [rows, 3, side].
        var (top, bottom) = ((int)box.Top, (int)Math.Ceiling(box.Top + box.Height));
        var rows = new float[(bottom - top) * Channels * side];
        for (var y = 0; y < bottom - top; y++)
        {
            var line = picture.Pixels.AsSpan((top + y) * picture.Width * Channels, picture.Width * Channels);
            var row = rows.AsSpan(y * Channels * side, Channels * side);
            for (var x = 0; x < side; x++)
            {
                var (first, weights) = across[x];
                var (red, green, blue) = (0f, 0f, 0f);
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    var at = (first + tap) * Channels;
                    red += weights[tap] * line[at];
                    green += weights[tap] * line[at + 1];
                    blue += weights[tap] * line[at + 2];
                }

                (row[x], row[side + x], row[(2 * side) + x]) = (red, green, blue);
            }
        }

        for (var y = 0; y < side; y++)
        {
            var (first, weights) = down[y];
            for (var channel = 0; channel < Channels; channel++)
            {
                var to = view.Slice(((channel * side) + y) * side, side);
                to.Clear();
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    var from = rows.AsSpan((((first - top + tap) * Channels) + channel) * side, side);
                    var weight = weights[tap] / 255;
                    for (var x = 0; x < side; x++)
                    {
                        to[x] += weight * from[x];
                    }
                }
            }
        }
    }

    // For each view pixel, the first source pixel and the weights from there on.
    private static (int First, float[] Weights)[] Lines(double start, double size, int side, bool mirror, Resizing resizing)
    {
        var kernel = resizing.Kernel(size, side);
        return [.. Enumerable.Range(0, side).Select(i => kernel.Line(mirror ? side - 1 - i : i, start, size, side))];
    }
}

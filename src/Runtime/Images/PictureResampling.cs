namespace SimClrDsl.Runtime;

/// <summary>
/// One box of a picture, resized: what <see cref="Resampling"/> does to batches of one size, for pictures that each have their own. The same
/// kernels, so both give the same view.
/// </summary>
public static class PictureResampling
{
    private const int Taps = 4;
    private const int Channels = 3;

    /// <summary>Writes the box as float32 [3, side, side] in [0, 1].</summary>
    public static void Resize(Picture picture, CropBox box, bool mirror, int side, Span<float> view, Bicubic bicubic = Bicubic.Tf2)
    {
        var kernel = CubicKernel.Of(bicubic);
        if (Capabilities.MakesViews)
        {
            Capabilities.Resample(picture, Channels, box, mirror, side, kernel, view);
        }
        else
        {
            Managed(picture, box, mirror, side, view, kernel);
        }
    }

    /// <summary>The same without the provider.</summary>
    internal static void Managed(Picture picture, CropBox box, bool mirror, int side, Span<float> view, CubicKernel kernel)
    {
        var (down, across) = (
            Weights(box.Top, box.Height, side, mirror: false, kernel),
            Weights(box.Left, box.Width, side, mirror, kernel)
        );

        // Rows of the box, each already as wide as the view: [height, 3, side].
        var rows = new float[box.Height * Channels * side];
        for (var y = 0; y < box.Height; y++)
        {
            var line = picture.Pixels.AsSpan((box.Top + y) * picture.Width * Channels, picture.Width * Channels);
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
                    var from = rows.AsSpan((((first - box.Top + tap) * Channels) + channel) * side, side);
                    var weight = weights[tap] / 255;
                    for (var x = 0; x < side; x++)
                    {
                        to[x] += weight * from[x];
                    }
                }

                foreach (ref var value in to)
                {
                    value = Math.Clamp(value, 0, 1);
                }
            }
        }
    }

    // The first pixel and the weights of those that each pixel of the result is made of.
    private static (int First, float[] Weights)[] Weights(int start, int size, int side, bool mirror, CubicKernel kernel)
    {
        var lines = new (int, float[])[side];
        for (var i = 0; i < side; i++)
        {
            var pixel = mirror ? side - 1 - i : i;
            var centre = ((pixel + kernel.Centre) * size / side) - kernel.Centre + start;
            var first = (int)Math.Floor(centre) - 1;
            var (from, to) = (Math.Max(first, start), Math.Min(first + Taps, start + size));
            var weights = new float[to - from];
            for (var tap = first; tap < first + Taps; tap++)
            {
                if (!kernel.Renormalized || (from <= tap && tap < to))
                {
                    weights[Math.Clamp(tap, from, to - 1) - from] += (float)kernel.Weight(Math.Abs(centre - tap));
                }
            }

            var sum = kernel.Renormalized ? weights.Sum() : 1;
            lines[i] = (from, Array.ConvertAll(weights, weight => weight / sum));
        }

        return lines;
    }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>A bicubic resampling kernel (Keys, 1981), with the parameters in which TensorFlow and PyTorch differ.</summary>
/// <param name="A">The parameter a of Keys' kernel, which is its slope at distance 1.</param>
/// <param name="Centre">Position of a pixel's centre relative to its left edge, in pixels: 0.5, or 0 in TensorFlow 1.</param>
/// <param name="Renormalized">
/// What happens to taps outside the crop. If true they are dropped and the other weights are scaled to sum to one; if false the edge pixel
/// is repeated.
/// </param>
/// <param name="Width">Factor by which antialiasing widens the kernel: crop pixels per view pixel; 1 without antialiasing.</param>
internal readonly record struct CubicKernel(double A, double Centre, bool Renormalized, double Width = 1)
{
    internal static CubicKernel Of(Bicubic bicubic) =>
        bicubic switch
        {
            Bicubic.Tf1 => new(-0.75, Centre: 0, Renormalized: false),
            Bicubic.Torch => new(-0.75, Centre: 0.5, Renormalized: false),
            _ => new(-0.5, Centre: 0.5, Renormalized: true),
        };

    /// <summary>Largest number of crop pixels that contribute to one view pixel, in one direction.</summary>
    internal int Taps => (int)Math.Ceiling(4 * Width);

    /// <summary>The unnormalised weight of a crop pixel.</summary>
    /// <param name="distance">Distance from the centre of the view pixel, in crop pixels; not negative.</param>
    internal double Weight(double distance)
    {
        var d = distance / Width;
        return d < 1 ? ((((A + 2) * d) - (A + 3)) * d * d) + 1
            : d < 2 ? ((((((A * d) - (5 * A)) * d) + (8 * A)) * d) - (4 * A))
            : 0;
    }

    /// <summary>
    /// The weights of view pixel <paramref name="i"/> when an interval of a row or column is resized to <paramref name="side"/> pixels: the
    /// index of the first source pixel, and the weights of that pixel and the following ones.
    /// </summary>
    /// <param name="i">Index of the view pixel, 0 … side − 1.</param>
    /// <param name="start">Start of the interval, in source pixels; a fraction only if the kernel is widened.</param>
    /// <param name="size">Length of the interval, in source pixels.</param>
    /// <param name="side">Number of view pixels.</param>
    internal (int First, float[] Weights) Line(int i, double start, double size, int side)
    {
        var centre = ((i + Centre) * size / side) - Centre + start;
        var first = (int)Math.Floor(centre - (2 * Width)) + 1;
        var (from, to) = (Math.Max(first, (int)Math.Floor(start)), Math.Min(first + Taps, (int)Math.Ceiling(start + size)));
        var weights = new double[to - from];
        for (var tap = first; tap < first + Taps; tap++)
        {
            if (!Renormalized || (from <= tap && tap < to))
            {
                weights[Math.Clamp(tap, from, to - 1) - from] += CoveredFraction(tap, start, size) * Weight(Math.Abs(centre - tap));
            }
        }

        var sum = Renormalized ? weights.Sum() : 1;
        return (from, Array.ConvertAll(weights, weight => (float)(weight / sum)));
    }

    // The fraction of a pixel that lies inside the interval. Without widening the interval has whole pixels, so the fraction is 1.
    private double CoveredFraction(int pixel, double start, double size) =>
        Width > 1 ? Math.Min(pixel + 1, start + size) - Math.Max(pixel, start) : 1;
}

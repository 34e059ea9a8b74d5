using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>What the libraries' bicubic resampling differs in.</summary>
/// <param name="A">Slope of Keys' kernel at distance 1.</param>
/// <param name="Centre">Where in a pixel its centre lies.</param>
/// <param name="Renormalized">Whether taps beyond the crop count as absent, the others being scaled to sum to one; else the edge repeats.</param>
/// <param name="Width">Pixels of the crop for one of the view where the kernel is widened; else 1.</param>
internal readonly record struct CubicKernel(double A, double Centre, bool Renormalized, double Width = 1)
{
    internal static CubicKernel Of(Bicubic bicubic) =>
        bicubic switch
        {
            Bicubic.Tf1 => new(-0.75, Centre: 0, Renormalized: false),
            Bicubic.Torch => new(-0.75, Centre: 0.5, Renormalized: false),
            _ => new(-0.5, Centre: 0.5, Renormalized: true),
        };

    /// <summary>The most pixels that a pixel of the view is made of.</summary>
    internal int Taps => (int)Math.Ceiling(4 * Width);

    /// <summary>Weight of a pixel at a distance in pixels of the crop.</summary>
    internal double Weight(double distance)
    {
        var d = distance / Width;
        return d < 1 ? ((((A + 2) * d) - (A + 3)) * d * d) + 1
            : d < 2 ? ((((((A * d) - (5 * A)) * d) + (8 * A)) * d) - (4 * A))
            : 0;
    }

    /// <summary>
    /// What pixel <paramref name="i"/> of a view is made of, where a stretch of a line becomes <paramref name="side"/> pixels: the first pixel of
    /// the line, and the weights of that and the following ones.
    /// </summary>
    /// <param name="start">Where the stretch begins; within a pixel only where the kernel is widened.</param>
    /// <param name="size">How long it is.</param>
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
                weights[Math.Clamp(tap, from, to - 1) - from] += Held(tap, start, size) * Weight(Math.Abs(centre - tap));
            }
        }

        var sum = Renormalized ? weights.Sum() : 1;
        return (from, Array.ConvertAll(weights, weight => (float)(weight / sum)));
    }

    // The share of a pixel that the stretch holds; pixels beyond it stand for its edge, which is whole.
    private double Held(int pixel, double start, double size) => Width > 1 ? Math.Min(pixel + 1, start + size) - Math.Max(pixel, start) : 1;
}

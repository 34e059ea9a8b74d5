namespace SimClrDsl.Runtime;

/// <summary>What the libraries' bicubic resampling differs in.</summary>
/// <param name="A">Slope of Keys' kernel at distance 1.</param>
/// <param name="Centre">Where in a pixel its centre lies.</param>
/// <param name="Renormalized">Whether taps beyond the crop count as absent, the others being scaled to sum to one; else the edge repeats.</param>
internal readonly record struct CubicKernel(double A, double Centre, bool Renormalized)
{
    internal static CubicKernel Of(Bicubic bicubic) =>
        bicubic switch
        {
            Bicubic.Tf1 => new(-0.75, Centre: 0, Renormalized: false),
            Bicubic.Torch => new(-0.75, Centre: 0.5, Renormalized: false),
            _ => new(-0.5, Centre: 0.5, Renormalized: true),
        };

    /// <summary>Weight of a pixel at a distance of 0 to 2.</summary>
    internal double Weight(double d) =>
        d < 1 ? ((((A + 2) * d) - (A + 3)) * d * d) + 1
        : d < 2 ? ((((((A * d) - (5 * A)) * d) + (8 * A)) * d) - (4 * A))
        : 0;
}

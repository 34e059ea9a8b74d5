using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>Features in the plane that shows most of their differences.</summary>
/// <param name="Points">Coordinates of each row along the first and the second component.</param>
/// <param name="First">Share of the variance along the first component, 0 … 1.</param>
/// <param name="Second">Share of the variance along the second component, 0 … 1.</param>
public sealed record PrincipalComponents(IReadOnlyList<(double X, double Y)> Points, double First, double Second)
{
    // Squared singular values of rows that are all equal are rounding.
    private const double Smallest = 1e-20;

    /// <summary>The first two principal components of rows.</summary>
    /// <param name="rows">[N, D] of any floating-point type, with N and D at least 2.</param>
    public static PrincipalComponents Of(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var values = rows.to(float64).cpu();
        var (u, s, _) = linalg.svd(values - values.mean([0L], keepdim: true), fullMatrices: false);
        var points = (u.narrow(1, 0, 2) * s.narrow(0, 0, 2)).contiguous().data<double>().ToArray();
        var variances = s.square().data<double>().ToArray();
        var all = Math.Max(variances.Sum(), Smallest);
        return new([.. points.Chunk(2).Select(static pair => (pair[0], pair[1]))], variances[0] / all, variances[1] / all);
    }
}

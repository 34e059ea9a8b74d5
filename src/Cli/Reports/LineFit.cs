namespace SimClrDsl.Cli.Reports;

/// <summary>A straight line fitted to points by least squares.</summary>
/// <param name="Slope">Slope of the line.</param>
/// <param name="Correlation">Pearson's correlation coefficient; null for two points, or if all points have the same height.</param>
internal sealed record LineFit(double Slope, double? Correlation)
{
    /// <summary>Fits a line; null if the points do not determine one.</summary>
    public static LineFit? Of(IReadOnlyList<ReportPoint> points)
    {
        if (points.Count < 2)
        {
            return null;
        }

        var (x, y) = (points.Average(static point => point.X), points.Average(static point => point.Y));
        var xx = points.Sum(point => (point.X - x) * (point.X - x));
        var yy = points.Sum(point => (point.Y - y) * (point.Y - y));
        var xy = points.Sum(point => (point.X - x) * (point.Y - y));
        return xx == 0 ? null : new(xy / xx, points.Count > 2 && yy > 0 ? xy / Math.Sqrt(xx * yy) : null);
    }
}

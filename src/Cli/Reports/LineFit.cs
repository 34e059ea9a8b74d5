namespace SimClrDsl.Cli.Reports;

/// <summary>A straight line through points.</summary>
/// <param name="Slope">Of the line of least squares.</param>
/// <param name="Correlation">Pearson's; null where it is not defined: for two points, or where all have one height.</param>
internal sealed record LineFit(double Slope, double? Correlation)
{
    /// <summary>The line of least squares; null where the points do not determine one.</summary>
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

namespace SimClrDsl.Bench;

/// <summary>The one statistic of the benchmark.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return (sorted.Length % 2) == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

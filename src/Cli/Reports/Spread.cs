namespace SimClrDsl.Cli.Reports;

/// <summary>The mean of several numbers, and how far they lie apart.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The sample standard deviation, with divisor n − 1; null for a single number.</param>
/// <param name="Count">How many numbers there are, n.</param>
internal sealed record Spread(double Mean, double? Deviation, int Count)
{
    /// <param name="values">At least one number.</param>
    public static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new(mean, values.Count < 2 ? null : Math.Sqrt(squares / (values.Count - 1)), values.Count);
    }
}

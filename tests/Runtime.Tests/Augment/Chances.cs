using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Augment;

/// <summary>
/// Frequencies and correlations of draws. Bounds are five standard deviations, which a right sampler misses less than once in a million;
/// keys are fixed, so a test that passes once passes always.
/// </summary>
internal static class Chances
{
    private const double Deviations = 5;

    /// <summary>That <paramref name="hits"/> of <paramref name="trials"/> fit a probability.</summary>
    internal static void Fits(int hits, int trials, double probability, string what)
    {
        var bound = Deviations * Math.Sqrt(trials * probability * (1 - probability));
        Assert.True(
            Math.Abs(hits - (trials * probability)) <= bound,
            $"{what}: {hits} of {trials}, expected {trials * probability:F0} ± {bound:F0}"
        );
    }

    /// <summary>That two numbers of each trial have nothing to do with each other.</summary>
    internal static void Unrelated(IEnumerable<double> first, IEnumerable<double> second, string what)
    {
        var (x, y) = (Centred(first), Centred(second));
        Assert.Equal(x.Length, y.Length);
        var correlation = x.Zip(y, static (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(static a => a * a) * y.Sum(static b => b * b));
        Assert.True(Math.Abs(correlation) <= Deviations / Math.Sqrt(x.Length), $"{what}: correlation {correlation:F3} over {x.Length}");
    }

    /// <summary>The same of two decisions.</summary>
    internal static void Unrelated(IEnumerable<bool> first, IEnumerable<bool> second, string what) =>
        Unrelated(first.Select(static hit => hit ? 1.0 : 0), second.Select(static hit => hit ? 1.0 : 0), what);

    /// <summary>The same of a decision and a number.</summary>
    internal static void Unrelated(IEnumerable<bool> first, IEnumerable<double> second, string what) =>
        Unrelated(first.Select(static hit => hit ? 1.0 : 0), second, what);

    private static double[] Centred(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return Array.ConvertAll(all, value => value - mean);
    }
}

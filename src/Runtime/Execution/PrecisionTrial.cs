using System.Diagnostics;
using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>
/// Which of float32 and bfloat16 trains a network faster on this processor. Processors that multiply bfloat16 differ: some do it at half of
/// float32's rate, others at twice, so both are timed on the network's own convolutions, with their batch norms, forward and back. What was
/// found is kept in the cache folder, by all that it depends on.
/// </summary>
internal static class PrecisionTrial
{
    private const double Seconds = 1;
    private const int FewestRounds = 2;
    private const int MostRounds = 5;

    // Above this share of float32's time bfloat16 saves too little, since it also rounds.
    private const double LargestUsefulRatio = 0.95;

    private static readonly Dictionary<string, double> known = [];
    private static readonly Lock measuring = new();

    /// <summary>The time that bfloat16 takes, of float32's: kept, or measured now.</summary>
    public static double Ratio(EncoderPlan plan)
    {
        var convolutions = EncoderConvolutions.Of(plan);
        var name = NameOf(convolutions);
        lock (measuring)
        {
            if (!known.TryGetValue(name, out var ratio))
            {
                ratio = FromCache(name) ?? ToCache(name, Measure(convolutions));
                known[name] = ratio;
            }

            return ratio;
        }
    }

    /// <summary>Whether bfloat16 is worth it.</summary>
    public static bool PrefersBf16(double ratio) => ratio < LargestUsefulRatio;

    /// <summary>
    /// Times every convolution in both types, in turn; the fastest round of each counts. One convolution at a time is in memory.
    /// </summary>
    internal static double Measure(IReadOnlyList<(ConvPlan Conv, int Times)> convolutions)
    {
        var clock = Stopwatch.StartNew();
        var sums = convolutions
            .Select(
                (one, i) =>
                {
                    var (inFloat32, inBf16) = Fastest(one.Conv, () => clock.Elapsed.TotalSeconds < Seconds * (i + 1) / convolutions.Count);
                    return (Float32: one.Times * inFloat32, Bf16: one.Times * inBf16);
                }
            )
            .ToList();
        return sums.Sum(static sum => sum.Bf16) / sums.Sum(static sum => sum.Float32);
    }

    // The first round of a convolution also makes what libtorch keeps for later ones.
    private static (double Float32, double Bf16) Fastest(ConvPlan conv, Func<bool> hasTime)
    {
        using var scope = NewDisposeScope();
        var (inFloat32, inBf16) = (ConvolutionTrial.Of(conv, float32), ConvolutionTrial.Of(conv, bfloat16));
        var best = (Float32: double.MaxValue, Bf16: double.MaxValue);
        for (var round = 0; round < FewestRounds || (round < MostRounds && hasTime()); round++)
        {
            best = (Math.Min(best.Float32, inFloat32.Time()), Math.Min(best.Bf16, inBf16.Time()));
        }

        return best;
    }

    private static string NameOf(IReadOnlyList<(ConvPlan Conv, int Times)> convolutions) =>
        MeasurementName.Of(
            "precision",
            version: 1,
            typeof(PrecisionTrial),
            convolutions.Select(static one => FormattableString.Invariant($"{one.Times} {one.Conv}"))
        );

    private static double? FromCache(string name) =>
        double.TryParse(CacheFolder.Read(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio > 0
            ? ratio
            : null;

    private static double ToCache(string name, double ratio)
    {
        // The ratio as it will be read from the cache, so that the first run decides as later ones do.
        var text = ratio.ToString("G3", CultureInfo.InvariantCulture);
        CacheFolder.Write(name, text);
        return double.Parse(text, CultureInfo.InvariantCulture);
    }
}

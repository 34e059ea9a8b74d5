using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
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
    private const int MostRounds = 5;

    // What bfloat16 must at least save, since it also rounds.
    private const double Worth = 0.95;

    private static readonly Dictionary<string, double> known = [];
    private static readonly Lock measuring = new();

    /// <summary>The time that bfloat16 takes, of float32's: kept, or measured now.</summary>
    public static double Ratio(EncoderPlan plan)
    {
        var convolutions = EncoderConvolutions.Of(plan);
        var key = Key(convolutions);
        lock (measuring)
        {
            if (!known.TryGetValue(key, out var ratio))
            {
                ratio = Kept(key) ?? Keep(key, Measure(convolutions));
                known[key] = ratio;
            }

            return ratio;
        }
    }

    /// <summary>Whether bfloat16 is worth it.</summary>
    public static bool PrefersBf16(double ratio) => ratio < Worth;

    /// <summary>Times every convolution in both types, in turn; the fastest round of each counts.</summary>
    internal static double Measure(IReadOnlyList<(ConvPlan Conv, int Times)> convolutions)
    {
        using var scope = NewDisposeScope();
        var trials = convolutions
            .Select(static one =>
                (one.Times, Float32: ConvolutionTrial.Of(one.Conv, float32), Bf16: ConvolutionTrial.Of(one.Conv, bfloat16))
            )
            .ToList();
        var best = trials.ConvertAll(static _ => (Float32: double.MaxValue, Bf16: double.MaxValue));
        var clock = Stopwatch.StartNew();
        for (var round = 0; round == 0 || (round < MostRounds && clock.Elapsed.TotalSeconds < Seconds); round++)
        {
            for (var i = 0; i < trials.Count; i++)
            {
                best[i] = (Math.Min(best[i].Float32, trials[i].Float32.Time()), Math.Min(best[i].Bf16, trials[i].Bf16.Time()));
            }
        }

        var sums = trials.Zip(best, static (trial, time) => (trial.Times * time.Float32, trial.Times * time.Bf16)).ToList();
        return sums.Sum(static sum => sum.Item2) / sums.Sum(static sum => sum.Item1);
    }

    private static string Key(IReadOnlyList<(ConvPlan Conv, int Times)> convolutions)
    {
        var text = string.Join(
            '\n',
            [
                "simclr precision 1",
                Machine.This().Processor,
                get_num_threads().ToString(CultureInfo.InvariantCulture),
                Capabilities.Provider,
                Kernels.Description,
                typeof(PrecisionTrial).Module.ModuleVersionId.ToString(),
                .. convolutions.Select(static one => FormattableString.Invariant($"{one.Times} {one.Conv}")),
            ]
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    private static double? Kept(string key) =>
        double.TryParse(CacheFolder.Read($"precision-{key}"), NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio > 0
            ? ratio
            : null;

    private static double Keep(string key, double ratio)
    {
        // As it is read again, so that the first run and the next one decide alike.
        var text = ratio.ToString("G3", CultureInfo.InvariantCulture);
        CacheFolder.Write($"precision-{key}", text);
        return double.Parse(text, CultureInfo.InvariantCulture);
    }
}

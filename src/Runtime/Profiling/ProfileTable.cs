using System.Globalization;
using SimClrDsl.Planning;

namespace SimClrDsl.Runtime.Profiling;

/// <summary>Prints a profile as text tables.</summary>
public static class ProfileTable
{
    private const double Milli = 1e6;

    /// <summary>
    /// One table per stage with one row per phase: the median and the mean of its milliseconds per step over the measured steps, and its
    /// share of their total time. The means and shares of the phases sum to those of the whole step; the medians need not. A run of several
    /// ranks also has a row for waiting for others, and a second table of what it waited for.
    /// </summary>
    /// <param name="stages">The measured stages, from <see cref="Profiler.Stages"/>.</param>
    public static string Format(IReadOnlyList<StageProfile> stages) => string.Join('\n', stages.Select(Format));

    private static string Format(StageProfile stage)
    {
        var (info, steps) = stage;
        var total = steps.Sum(static step => step.Total);
        var rows = Enum.GetValues<StepPhase>()
            .Where(phase => phase != StepPhase.Ranks || steps.Any(step => step.Of(phase) > 0))
            .Select(phase => Row(phase.ToString().ToLowerInvariant(), [.. steps.Select(step => step.Of(phase))], total))
            .Append(Row("step", [.. steps.Select(static step => step.Total)], total));
        return Invariant($"{info.Stage}: {Steps(steps)} of {info.TotalSteps}, {info.Batch} images each; ")
            + Invariant($"{info.Batch * steps.Count / (total / 1e9):F1} images/s\n")
            + TextTable.Format(["phase", "ms, median", "mean", "share"], [.. rows])
            + Waited(steps, total);
    }

    // What was waited for, how many times in a step, and how long.
    private static string Waited(IReadOnlyList<StepProfile> steps, long total)
    {
        var spans = steps.SelectMany(static step => step.Spans).Where(static span => span.Phase == StepPhase.Ranks);
        string[][] rows =
        [
            .. spans
                .GroupBy(static span => span.Name)
                .Select(operation => (Operation: operation, Time: operation.Sum(static span => span.Own)))
                .OrderByDescending(static row => row.Time)
                .Select(row =>
                    (string[])
                        [
                            row.Operation.Key,
                            Invariant($"{(double)row.Operation.Count() / steps.Count:G3}"),
                            Invariant($"{row.Time / Milli / steps.Count:F3}"),
                            Invariant($"{100.0 * row.Time / total:F1} %"),
                        ]
                ),
        ];
        return rows.Length == 0 ? "" : TextTable.Format(["waiting for the", "a step", "ms, mean", "share"], rows);
    }

    private static string Steps(IReadOnlyList<StepProfile> steps) =>
        steps.Count == 1 ? Invariant($"step {steps[0].Number}") : Invariant($"steps {steps[0].Number} to {steps[^1].Number}");

    private static string[] Row(string name, long[] times, long total) =>
        [
            name,
            Invariant($"{Median(times) / Milli:F3}"),
            Invariant($"{times.Sum() / Milli / times.Length:F3}"),
            Invariant($"{100.0 * times.Sum() / total:F1} %"),
        ];

    private static double Median(long[] times)
    {
        var sorted = times.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

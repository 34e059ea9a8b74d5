using System.Globalization;
using SimClrDsl.Planning;

namespace SimClrDsl.Bench;

/// <summary>The figures of a comparison as a table for people.</summary>
internal static class BenchTable
{
    private const double Mebi = 1 << 20;

    private static readonly string[] Header =
    [
        "workload",
        "contender",
        "precision",
        "step images/s",
        "ours is faster",
        "loop images/s",
        "ours is faster",
        "peak MiB",
        "ours is smaller",
    ];

    /// <summary>One line a contender; ratios are of a peer's time or memory to ours. Memory is the loop's.</summary>
    public static string Format(IReadOnlyList<WorkloadResult> workloads) =>
        TextTable.Format(Header, [.. workloads.SelectMany(static workload => workload.Contenders.Select(one => Row(workload, one)))]);

    private static string[] Row(WorkloadResult workload, ContenderResult one)
    {
        var ours = one == workload.Contenders[0];
        string Ratio(double value) => ours ? "" : Text(value, "F2");
        return
        [
            ours ? workload.Name : "",
            one.Name,
            one.Precision,
            Text(one.Step.ImagesPerSecond, "F1"),
            Ratio(one.Step.OursIsFaster),
            Text(one.Loop.ImagesPerSecond, "F1"),
            Ratio(one.Loop.OursIsFaster),
            Text(one.Loop.PeakBytes / Mebi, "F0"),
            Ratio(one.Loop.OursIsSmaller),
        ];
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

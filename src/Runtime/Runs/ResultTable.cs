using System.Globalization;
using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>One measured accuracy.</summary>
/// <param name="Title">What was measured, such as "linear" or "fine-tuned".</param>
/// <param name="Top1">
/// Share of test images whose most probable class is the right one, from 0 to 1; absent where training diverged, so that nothing was measured.
/// </param>
/// <param name="Protocol">How it was measured: neighbours and temperature, labels used, last or best epoch.</param>
/// <param name="Top5">Share of test images whose class is among the five most probable; absent where there are no more than five classes.</param>
public sealed record ResultRow(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("top1")] double? Top1,
    [property: JsonPropertyName("protocol")] string Protocol,
    [property: JsonPropertyName("top5")] double? Top5 = null
);

/// <summary>The results of a run as a text table.</summary>
public static class ResultTable
{
    /// <summary>
    /// The heading and one row per result. Where no result has a top-5 accuracy, as with five classes or fewer, there is no column for it.
    /// </summary>
    public static IEnumerable<IReadOnlyList<string>> Cells(IReadOnlyCollection<ResultRow> rows)
    {
        var withTop5 = rows.Any(static row => row.Top5 is not null);
        string[] Line(string stage, string top1, string top5, string protocol) =>
            withTop5 ? [stage, top1, top5, protocol] : [stage, top1, protocol];
        return rows.Select(row =>
                Line(row.Title, row.Top1 is { } top1 ? Percent(top1) : "diverged", row.Top5 is { } top5 ? Percent(top5) : "", row.Protocol)
            )
            .Prepend(Line("stage", "top-1", "top-5", "protocol"));
    }

    /// <summary>One line per result under a heading; the last line ends without a line break.</summary>
    public static string Format(IReadOnlyCollection<ResultRow> rows)
    {
        var lines = Cells(rows).ToList();
        var stage = lines.Max(static line => line[0].Length);
        return string.Join(
            '\n',
            lines.Select(line =>
                string.Join("  ", [line[0].PadRight(stage), .. line.Skip(1).SkipLast(1).Select(static cell => cell.PadLeft(8)), line[^1]])
                    .TrimEnd()
            )
        );
    }

    /// <summary>A fraction as a percentage with two decimals.</summary>
    public static string Percent(double fraction) => (100 * fraction).ToString("F2", CultureInfo.InvariantCulture) + " %";
}

using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>A point of a figure, in the units of its axes.</summary>
internal sealed record ReportPoint(double X, double Y);

/// <summary>A line of a figure.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="IsPaper">Whether it shows the paper's numbers; else it shows measured numbers.</param>
/// <param name="IsLevel">Whether it is a single number, drawn as a horizontal line across the figure.</param>
/// <param name="Points">The points, from left to right.</param>
internal sealed record ReportLine(string Name, bool IsPaper, bool IsLevel, IReadOnlyList<ReportPoint> Points)
{
    /// <summary>Its text in the legend.</summary>
    public string Title => IsPaper ? $"{Name} (paper)" : Name;
}

/// <summary>The lines of a report's figure.</summary>
/// <param name="Lines">The lines that have at least one point.</param>
/// <param name="LeftOut">The reasons why other lines are not drawn although they have numbers.</param>
internal sealed record ReportLines(IReadOnlyList<ReportLine> Lines, IReadOnlyList<string> LeftOut)
{
    /// <summary>The lines of the figure of a report, which must declare one.</summary>
    public static ReportLines Of(Report report)
    {
        var plot = report.Spec.Plot!;
        var found = plot.X == PlotAxis.Method ? OfMethods(report) : OfResults(report);
        var (lines, leftOut) = (new List<ReportLine>(), new List<string>());
        foreach (var (line, reason) in found)
        {
            if (reason is not null)
            {
                leftOut.Add($"no line for {line.Title}: {reason}");
            }
            else if (line.Points.Count > 0)
            {
                lines.Add(line);
            }
        }

        return new(lines, leftOut);
    }

    /// <summary>The labels of a categorical axis, from left to right.</summary>
    public static IReadOnlyList<string> Places(Report report) =>
        report.Spec.Plot switch
        {
            { X: PlotAxis.Method } => [.. Placed(report).Select(static row => $"{row.Method}, {row.Network}")],
            { X: PlotAxis.Setting, Key: { } key } => [.. report.Results.Select(result => result.Plot(key)).OfType<string>().Distinct()],
            _ => [],
        };

    private static IEnumerable<ReportRow> Placed(Report report) =>
        report.Rows.Where(row => row.Value is null || !report.Spec.Plot!.Level.Contains(row.Value));

    private static IEnumerable<(ReportLine Line, string? LeftOut)> OfMethods(Report report)
    {
        foreach (var isPaper in (bool[])[false, true])
        {
            for (var column = 0; column < report.Columns.Count; column++)
            {
                var index = column;
                if (report.Columns[index].Metric > 0)
                {
                    continue;
                }

                var points = Placed(report)
                    .Select((row, place) => (Place: place, Y: Height(row.Entries[index], isPaper)))
                    .Where(static point => point.Y is not null)
                    .Select(static point => new ReportPoint(point.Place, point.Y!.Value));
                yield return (new(ReportMarkdown.Title(report.Spec, report.Columns[index]), isPaper, IsLevel: false, [.. points]), null);
            }
        }

        foreach (var level in Levels(report))
        {
            yield return (level, null);
        }
    }

    private static IEnumerable<(ReportLine Line, string? LeftOut)> OfResults(Report report)
    {
        var (plot, places) = (report.Spec.Plot!, Places(report).ToList());
        foreach (var isPaper in (bool[])[false, true])
        {
            var shown = report
                .Results.Where(result => !plot.Level.Contains(result.Value))
                .Where(result => plot.X != PlotAxis.FirstValue || result.Value != report.Spec.Values[0])
                .OrderBy(result => report.Spec.Values.ToList().IndexOf(result.Value));
            foreach (var line in shown.GroupBy(result => Name(result, report.Spec)))
            {
                double? X(ReportResult result) =>
                    plot.X switch
                    {
                        PlotAxis.Parameters => result.Parameters,
                        PlotAxis.FirstValue => OfFirst(report, result, isPaper),
                        _ => result.Plot(plot.Key!) is { } text ? places.IndexOf(text) : null,
                    };
                yield return Drawn(line.Key, isPaper, plot.Relative, [.. line.Select(result => (result, X(result)))]);
            }
        }

        foreach (var level in Levels(report))
        {
            yield return (level, null);
        }
    }

    // The gain is relative to the smallest network of the line. If that has not been measured, there is no gain, since it would be another
    // number.
    private static (ReportLine Line, string? LeftOut) Drawn(
        string name,
        bool isPaper,
        bool relative,
        List<(ReportResult Result, double? X)> results
    )
    {
        var smallest = results.MinBy(static one => one.Result.Parameters).Result;
        var unit = relative ? Height(smallest.Entries[0], isPaper) : null;
        var points = results
            .Select(one => (one.X, Y: Height(one.Result.Entries[0], isPaper)))
            .Where(static point => point is { X: not null, Y: not null })
            .ToList();
        var line = new ReportLine(
            name,
            isPaper,
            IsLevel: false,
            [
                .. points
                    .Select(point => new ReportPoint(point.X!.Value, unit is { } one ? 100 * ((point.Y!.Value / one) - 1) : point.Y!.Value))
                    .OrderBy(static point => point.X),
            ]
        );
        return (
            line,
            relative && unit is null or 0 && points.Count > 0
                ? $"its gain is over {smallest.Network.Title}, which {(unit is null ? "has no number yet" : "has 0 %")}."
                : null
        );
    }

    // A level has one number per column.
    private static IEnumerable<ReportLine> Levels(Report report) =>
        from isPaper in (bool[])[false, true]
        from result in report.Results
        where report.Spec.Plot!.Level.Contains(result.Value) && Height(result.Entries[0], isPaper) is not null
        select new ReportLine(
            $"{ReportMarkdown.Joined([result.Value, .. result.Columns.Select(ReportMarkdown.Text)])}, {result.Network.Title}",
            isPaper,
            IsLevel: true,
            [new(0, Height(result.Entries[0], isPaper)!.Value)]
        );

    // Keys of columns are already part of the name.
    private static string Name(ReportResult result, ReportSpec spec) =>
        ReportMarkdown.Joined([
            result.Value,
            .. result.Columns.Select(ReportMarkdown.Text),
            .. spec.Plot!.Lines.Where(key => !spec.Columns.Contains(key))
                .Where(key => result.Plot(key) is not null)
                .Select(key => ReportMarkdown.Text(new Setting(key, result.Plot(key)!))),
        ]);

    // The number of the report's first value in the experiments of a result.
    private static double? OfFirst(Report report, ReportResult result, bool isPaper) =>
        report
            .Results.Where(other => other.Value == report.Spec.Values[0] && other.Experiments.Intersect(result.Experiments).Any())
            .Select(other => Height(other.Entries[0], isPaper))
            .FirstOrDefault();

    private static double? Height(ReportEntry entry, bool isPaper) => isPaper ? entry.Paper : entry.Ours?.Value;
}

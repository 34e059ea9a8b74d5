using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace SimClrDsl.Cli.Reports;

/// <summary>A report as a figure (SVG): what was measured with lines, the paper's numbers as hollow marks of the same colour.</summary>
internal static class ReportPlot
{
    private const int Width = 900;
    private const int Height = 560;

    /// <summary>The figure; null where there is not one number to draw.</summary>
    public static string? Svg(Report report)
    {
        var lines = Lines(report).Where(static line => line.Points.Count > 0).ToList();
        if (lines.Count == 0)
        {
            return null;
        }

        var model = new PlotModel
        {
            Title = report.Spec.Title,
            TitleFontSize = 15,
            PlotAreaBorderThickness = new(1, 0, 0, 1),
            DefaultFont = "Arial",
        };
        model.Legends.Add(
            new Legend
            {
                LegendPlacement = LegendPlacement.Outside,
                LegendPosition = LegendPosition.BottomCenter,
                LegendOrientation = LegendOrientation.Horizontal,
                LegendBorderThickness = 0,
                LegendItemSpacing = 30,
                LegendFontSize = 11,
                LegendSymbolMargin = 6,
            }
        );
        model.Axes.Add(Horizontal(report));
        model.Axes.Add(
            new LinearAxis
            {
                Position = AxisPosition.Left,
                AxisTitleDistance = 14,
                Title = report.Spec.Plot!.Relative
                    ? "gain over the smallest network (%)"
                    : $"{ReportMarkdown.Measure(report.Spec.Metric).ToLowerInvariant()} (%)",
                MajorGridlineStyle = LineStyle.Dot,
            }
        );
        var names = lines.Select(static line => line.Name).Distinct().ToList();
        foreach (var line in lines)
        {
            model.Series.Add(Series(line, OxyPalettes.HueDistinct(Math.Max(names.Count, 2)).Colors[names.IndexOf(line.Name)]));
        }

        // Many viewers ignore the attribute that centres text on its line; the exporter can shift it instead.
        return new SvgExporter
        {
            Width = Width,
            Height = Height,
            UseVerticalTextAlignmentWorkaround = true,
        }.ExportToString(model);
    }

    /// <summary>Points of one colour and kind.</summary>
    private sealed record Line(string Name, bool IsPaper, IReadOnlyList<DataPoint> Points);

    private static IEnumerable<Line> Lines(Report report)
    {
        var (plot, xs) = (report.Spec.Plot!, Places(report));
        var first = plot.X == PlotAxis.FirstValue ? 1 : 0;
        foreach (var isPaper in (bool[])[false, true])
        {
            foreach (var column in Enumerable.Range(first, Math.Max(0, report.Columns.Count - first)))
            {
                double? Y(ReportRow row) => isPaper ? row.Entries[column].Paper : row.Entries[column].Ours;
                double? X(ReportRow row) =>
                    plot.X switch
                    {
                        PlotAxis.Parameters => row.Parameters / 1e6,
                        PlotAxis.FirstValue => isPaper ? row.Entries[0].Paper : row.Entries[0].Ours,
                        _ => xs.IndexOf(Text(row, plot.Key!)),
                    };
                foreach (
                    var line in report.Rows.GroupBy(row =>
                        string.Join(", ", plot.Lines.Select(key => $"{key.Split('.')[^1]} {Text(row, key)}"))
                    )
                )
                {
                    var points = line.Select(row => (X: X(row), Y: Y(row), row.Parameters))
                        .Where(static point => point is { X: not null, Y: not null })
                        .OrderBy(static point => point.X)
                        .ToList();
                    var smallest = points.OrderBy(static point => point.Parameters).Select(static point => point.Y).FirstOrDefault();
                    yield return new(
                        string.Join(
                            ", ",
                            ((string[])[ReportMarkdown.Title(report.Columns[column]), line.Key.Replace('_', ' ')]).Where(static part =>
                                part.Length > 0
                            )
                        ),
                        isPaper,
                        [
                            .. points.Select(point => new DataPoint(
                                point.X!.Value,
                                plot.Relative ? 100 * ((point.Y!.Value / smallest!.Value) - 1) : point.Y!.Value
                            )),
                        ]
                    );
                }
            }
        }
    }

    private static LineSeries Series(Line line, OxyColor colour) =>
        new()
        {
            Title = Widened(line.IsPaper ? $"{line.Name} (paper)" : line.Name),
            Color = colour,
            LineStyle = line.IsPaper ? LineStyle.Dash : LineStyle.Solid,
            StrokeThickness = line.IsPaper ? 1 : 2,
            MarkerType = MarkerType.Circle,
            MarkerSize = 4,
            MarkerFill = line.IsPaper ? OxyColors.White : colour,
            MarkerStroke = colour,
            MarkerStrokeThickness = 1.5,
            ItemsSource = line.Points,
        };

    // The legend is cut to the width of the text in Arial; a viewer that lacks it uses a font up to a quarter wider.
    private static string Widened(string title) => title.PadRight((title.Length * 3 / 2) + 2, '\u00a0');

    private static Axis Horizontal(Report report)
    {
        var plot = report.Spec.Plot!;
        switch (plot.X)
        {
            case PlotAxis.Parameters:
                return new LogarithmicAxis
                {
                    Position = AxisPosition.Bottom,
                    Title = "parameters (millions)",
                    MajorGridlineStyle = LineStyle.Dot,
                };
            case PlotAxis.FirstValue:
                return new LinearAxis
                {
                    Position = AxisPosition.Bottom,
                    Title =
                        $"{ReportMarkdown.Title(report.Columns[0])}, {ReportMarkdown.Measure(report.Spec.Metric).ToLowerInvariant()} (%)",
                    MajorGridlineStyle = LineStyle.Dot,
                };
            default:
                var axis = new CategoryAxis { Position = AxisPosition.Bottom, Title = plot.Key!.Split('.')[^1].Replace('_', ' ') };
                axis.Labels.AddRange(Places(report));
                return axis;
        }
    }

    private static List<string> Places(Report report) =>
        report.Spec.Plot!.Key is { } key ? [.. report.Rows.Select(row => Text(row, key)).Distinct()] : [];

    private static string Text(ReportRow row, string key) => row.Settings.FirstOrDefault(setting => setting.Path == key)?.Text ?? "";
}

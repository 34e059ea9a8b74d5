using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>
/// Draws a report as a figure (SVG). Measured numbers have filled marks; the paper's numbers have hollow marks and dotted lines. Lines
/// differ in colour and in the shape of their marks, so that they can be distinguished without colour.
/// </summary>
internal static class ReportPlot
{
    /// <summary>Fonts of similar width that are available on Linux, Windows and macOS.</summary>
    public const string Fonts = "Arial, Liberation Sans, Helvetica, DejaVu Sans, sans-serif";

    private const int Width = 900;
    private const int Height = 520;
    private const double TitleDistance = 8;

    /// <summary>Draws the figure; null if there is no number to draw.</summary>
    public static string? Svg(Report report)
    {
        var lines = ReportLines.Of(report).Lines;
        if (lines.Count == 0)
        {
            return null;
        }

        var styles = LineStyles.Of(lines);
        var model = new PlotModel
        {
            Title = report.Spec.Title,
            TitleFontSize = 15,
            PlotAreaBorderThickness = new(1, 0, 0, 1),
            DefaultFont = Fonts,
            IsLegendVisible = false,
        };
        var axis = report.Spec.Plot!.X;
        var lying = axis == PlotAxis.Method;
        if (lying)
        {
            // Methods have long names, so they are listed vertically.
            var names = ReportLines.Places(report);
            var room = (names.Max(static name => name.Length) * SvgLegend.LetterWidth) + 20;
            model.PlotMargins = new(room, double.NaN, double.NaN, double.NaN);
            model.Axes.Add(Methods(names));
            model.Axes.Add(Values(report, lines, AxisPosition.Bottom));
        }
        else
        {
            model.Axes.Add(Horizontal(report, lines));
            model.Axes.Add(Values(report, lines, AxisPosition.Left));
        }

        foreach (var line in lines)
        {
            var style = styles[line.Name];
            if (line.IsLevel)
            {
                model.Annotations.Add(Level(line, style, lying));
            }
            else
            {
                model.Series.Add(Series(line, style, lying, joined: axis is PlotAxis.Parameters or PlotAxis.Setting));
            }

            if (axis == PlotAxis.FirstValue && LineFit.Of(line.Points) is { } fit)
            {
                model.Series.Add(Straight(line, fit, style));
            }
        }

        // Many viewers ignore the attribute that centres text vertically, so the exporter shifts the text instead.
        var figure = new SvgExporter
        {
            Width = Width,
            Height = Height,
            UseVerticalTextAlignmentWorkaround = true,
        }.ExportToString(model);
        return SvgLegend.Below(figure, Width, Height, [.. lines.Select(line => (line, styles[line.Name]))]);
    }

    private static LineSeries Series(ReportLine line, MarkStyle style, bool lying, bool joined) =>
        new()
        {
            Color = style.Colour,
            LineStyle =
                !joined ? LineStyle.None
                : line.IsPaper ? LineStyle.Dot
                : LineStyle.Solid,
            StrokeThickness = line.IsPaper ? 1 : 2,
            MarkerType = style.Shape switch
            {
                MarkShape.Circle => MarkerType.Circle,
                MarkShape.Square => MarkerType.Square,
                MarkShape.Triangle => MarkerType.Triangle,
                MarkShape.Diamond => MarkerType.Diamond,
                _ => MarkerType.Custom,
            },
            MarkerOutline = [new(0, 1), new(1, -0.8), new(-1, -0.8)],
            MarkerSize = 4.5,
            MarkerFill = line.IsPaper ? OxyColors.White : style.Colour,
            MarkerStroke = style.Colour,
            MarkerStrokeThickness = 1.5,
            ItemsSource = line.Points.Select(point => lying ? new DataPoint(point.Y, point.X) : new DataPoint(point.X, point.Y)).ToList(),
        };

    // The least-squares line, from the leftmost to the rightmost point.
    private static LineSeries Straight(ReportLine line, LineFit fit, MarkStyle style)
    {
        var (x, y) = (line.Points.Average(static point => point.X), line.Points.Average(static point => point.Y));
        DataPoint At(ReportPoint point) => new(point.X, y + (fit.Slope * (point.X - x)));
        return new()
        {
            Color = style.Colour,
            LineStyle = line.IsPaper ? LineStyle.Dot : LineStyle.Solid,
            StrokeThickness = 1,
            ItemsSource = new[] { At(line.Points[0]), At(line.Points[^1]) },
        };
    }

    private static LineAnnotation Level(ReportLine line, MarkStyle style, bool lying) =>
        new()
        {
            Type = lying ? LineAnnotationType.Vertical : LineAnnotationType.Horizontal,
            X = line.Points[0].Y,
            Y = line.Points[0].Y,
            Color = style.Colour,
            LineStyle = line.IsPaper ? LineStyle.Dot : LineStyle.Dash,
            StrokeThickness = 1.5,
        };

    private static LinearAxis Values(Report report, IReadOnlyList<ReportLine> lines, AxisPosition position)
    {
        var (from, to) = Room(lines.SelectMany(static line => line.Points).Select(static point => point.Y));
        return new()
        {
            Position = position,
            AxisTitleDistance = position == AxisPosition.Left ? 14 : TitleDistance,
            Title = report.Spec.Plot!.Relative
                ? $"gain in {ReportMarkdown.Measure(report.Spec.Metrics[0])} over the smallest network (%)"
                : $"{ReportMarkdown.Measure(report.Spec.Metrics[0])} (%)",
            MajorGridlineStyle = LineStyle.Dot,
            Minimum = from,
            Maximum = to,
        };
    }

    private static CategoryAxis Methods(IReadOnlyList<string> names)
    {
        // From top to bottom, as in the table.
        var axis = new CategoryAxis
        {
            Position = AxisPosition.Left,
            StartPosition = 1,
            EndPosition = 0,
        };
        axis.Labels.AddRange(names);
        return axis;
    }

    private static Axis Horizontal(Report report, IReadOnlyList<ReportLine> lines)
    {
        var plot = report.Spec.Plot!;
        var xs = lines.Where(static line => !line.IsLevel).SelectMany(static line => line.Points).Select(static point => point.X).ToList();
        switch (plot.X)
        {
            case PlotAxis.Parameters:
                var (low, high) = xs.Count == 0 ? (1, 100) : (xs.Min() / 1.2, xs.Max() * 1.2);
                return new FineLogarithmicAxis
                {
                    Position = AxisPosition.Bottom,
                    AxisTitleDistance = TitleDistance,
                    Title = "parameters (millions)",
                    MajorGridlineStyle = LineStyle.Dot,
                    Minimum = low,
                    Maximum = high,
                };
            case PlotAxis.FirstValue:
                var (from, to) = Room(xs);
                return new LinearAxis
                {
                    Position = AxisPosition.Bottom,
                    AxisTitleDistance = TitleDistance,
                    Title = $"{report.Spec.Values[0].Replace('_', ' ')}, {ReportMarkdown.Measure(report.Spec.Metrics[0])} (%)",
                    MajorGridlineStyle = LineStyle.Dot,
                    Minimum = from,
                    Maximum = to,
                };
            default:
                var axis = new CategoryAxis
                {
                    Position = AxisPosition.Bottom,
                    AxisTitleDistance = TitleDistance,
                    Title = plot.Key?.Split('.')[^1].Replace('_', ' '),
                };
                axis.Labels.AddRange(ReportLines.Places(report));
                return axis;
        }
    }

    // Padding at both ends, so that the outermost marks are not clipped.
    private static (double From, double To) Room(IEnumerable<double> values)
    {
        var all = values.ToList();
        if (all.Count == 0)
        {
            return (0, 100);
        }

        var room = Math.Max(0.5, 0.08 * (all.Max() - all.Min()));
        return (all.Min() - room, all.Max() + room);
    }

    /// <summary>A logarithmic axis with a labelled tick at 1, 2 and 5 of every power of ten.</summary>
    private sealed class FineLogarithmicAxis : LogarithmicAxis
    {
        public override void GetTickValues(
            out IList<double> majorLabelValues,
            out IList<double> majorTickValues,
            out IList<double> minorTickValues
        )
        {
            var powers = Enumerable.Range(-3, 10).Select(static power => Math.Pow(10, power)).ToList();
            bool Seen(double value) => value >= ActualMinimum && value <= ActualMaximum;
            majorTickValues = [.. powers.SelectMany(static power => new[] { power, 2 * power, 5 * power }).Where(Seen)];
            majorLabelValues = majorTickValues;
            minorTickValues = [.. powers.SelectMany(static power => Enumerable.Range(1, 9).Select(digit => digit * power)).Where(Seen)];
        }

        protected override string FormatValueOverride(double x) => x.ToString("0.###", CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using SimClrDsl.Cli.Reports;

namespace SimClrDsl.Cli.Pages;

/// <summary>A curve of a figure.</summary>
/// <param name="Points">Its points. A value that is not finite leaves a gap, and so does a step back, where another network begins.</param>
internal sealed record Curve(IReadOnlyList<(double Step, double Value)> Points);

/// <summary>
/// Draws curves as SVG that is a part of a page. The exporter knows fixed colours only, so it draws with colours that stand for the page's
/// variables, and these are put in afterwards.
/// </summary>
internal static partial class CurveFigure
{
    /// <summary>Largest number of points that are drawn of one curve.</summary>
    public const int MostPoints = 400;

    private const int Width = 400;
    private const int Height = 250;

    private static readonly OxyColor Ink = OxyColor.FromRgb(1, 1, 1);
    private static readonly OxyColor Rule = OxyColor.FromRgb(1, 1, 2);

    /// <summary>Draws one figure.</summary>
    /// <param name="title">What the curves show, for those who hear the page.</param>
    /// <param name="id">A name that no other figure of the page has.</param>
    /// <param name="curves">The curves, in the order of their colours.</param>
    public static string Svg(string title, string id, IReadOnlyList<Curve> curves)
    {
        var model = Empty();
        model.Axes.Add(Axis(AxisPosition.Bottom, "step"));
        model.Axes.Add(Axis(AxisPosition.Left, title: null));
        foreach (var (i, curve) in curves.Index())
        {
            model.Series.Add(Series(curve, i));
        }

        return InPage(model, Width, Height, title, id);
    }

    /// <summary>A figure without axes, in the colours of the page.</summary>
    internal static PlotModel Empty() =>
        new()
        {
            Culture = CultureInfo.InvariantCulture,
            DefaultFont = ReportPlot.Fonts,
            DefaultFontSize = 13,
            TextColor = Ink,
            PlotAreaBorderColor = Rule,
            PlotAreaBorderThickness = new(1, 0, 0, 1),
            IsLegendVisible = false,
            // The exporter measures letters narrower than most fonts draw them.
            Padding = new(20, 8, 20, 8),
        };

    /// <summary>The colour that stands for that of a line until the figure is part of the page.</summary>
    /// <param name="line">Position of the line.</param>
    internal static OxyColor Colour(int line) => OxyColor.FromRgb(1, 0, (byte)(line % PageStyle.LineColours));

    /// <summary>
    /// A curve of about <see cref="MostPoints"/> points at most, each the mean of equally many. No mean reaches over a step back.
    /// </summary>
    public static Curve Thinned(Curve curve)
    {
        var each = EachOf(curve);
        return each == 1
            ? curve
            : new([
                .. Parts(curve)
                    .SelectMany(part => part.Chunk(each))
                    .Select(static chunk => (chunk[^1].Step, chunk.Average(static point => point.Value))),
            ]);
    }

    private static IEnumerable<List<(double Step, double Value)>> Parts(Curve curve)
    {
        List<(double Step, double Value)> part = [];
        foreach (var point in curve.Points)
        {
            if (part.Count > 0 && point.Step <= part[^1].Step)
            {
                yield return part;
                part = [];
            }

            part.Add(point);
        }

        yield return part;
    }

    /// <summary>How many points of a curve one drawn point stands for.</summary>
    public static int EachOf(Curve curve) => Math.Max(1, (curve.Points.Count + MostPoints - 1) / MostPoints);

    /// <summary>An axis with the same look in all figures; lines of the grid belong to the left one.</summary>
    internal static LinearAxis Axis(AxisPosition position, string? title, bool numbered = true) =>
        new()
        {
            Position = position,
            AxislineColor = Rule,
            TicklineColor = Rule,
            TextColor = Ink,
            MajorGridlineStyle = position == AxisPosition.Left ? LineStyle.Solid : LineStyle.None,
            MajorGridlineColor = Rule,
            MajorGridlineThickness = 0.5,
            MinorTickSize = 0,
            Title = title,
            LabelFormatter = numbered ? null : static _ => "",
            TickStyle = numbered ? TickStyle.Outside : TickStyle.None,
            AxisTitleDistance = 8,
            MaximumPadding = 0.02,
            MinimumPadding = 0.02,
        };

    private static LineSeries Series(Curve curve, int line)
    {
        var series = new LineSeries
        {
            Color = Colour(line),
            StrokeThickness = 1.8,
            LineStyle = (line / PageStyle.LineColours) switch
            {
                0 => LineStyle.Solid,
                1 => LineStyle.Dash,
                _ => LineStyle.Dot,
            },
            MarkerType = curve.Points.Count < 3 ? MarkerType.Circle : MarkerType.None,
            MarkerFill = Colour(line),
            MarkerSize = 3,
        };
        var before = double.NegativeInfinity;
        foreach (var (step, value) in Thinned(curve).Points)
        {
            if (step <= before)
            {
                series.Points.Add(DataPoint.Undefined);
            }

            series.Points.Add(double.IsFinite(value) ? new DataPoint(step, value) : DataPoint.Undefined);
            before = step;
        }

        return series;
    }

    /// <summary>
    /// Draws a figure as part of the page. Within HTML an SVG needs no namespace, and names must be unique in the whole page.
    /// </summary>
    internal static string InPage(PlotModel model, int width, int height, string title, string id)
    {
        var svg = new SvgExporter
        {
            Width = width,
            Height = height,
            UseVerticalTextAlignmentWorkaround = true,
        }.ExportToString(model);
        var body = svg[(svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1)..];
        var named = body.Replace("id=\"", $"id=\"{id}-", StringComparison.Ordinal)
            .Replace("url(#", $"url(#{id}-", StringComparison.Ordinal);
        return $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html.Text(title)}\">"
            + Placeholder().Replace(named, static colour => Variable(colour));
    }

    private static string Variable(Match colour)
    {
        var number = int.Parse(colour.Groups["last"].Value, System.Globalization.CultureInfo.InvariantCulture);
        return colour.Groups["kind"].Value switch
        {
            "0" => PageStyle.Line(number),
            _ when number == 1 => "var(--text)",
            _ => "var(--rule)",
        };
    }

    [GeneratedRegex(@"rgb\(1,\s?(?<kind>[01]),\s?(?<last>\d)\)|#010(?<kind>[01])0(?<last>\d)")]
    private static partial Regex Placeholder();
}

using OxyPlot;
using OxyPlot.Series;

namespace SimClrDsl.Cli.Pages;

/// <summary>The points of a class on a map.</summary>
/// <param name="Mark">Position of its colour and shape.</param>
/// <param name="Points">Its points.</param>
internal sealed record MapClass(int Mark, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Draws points of several classes.</summary>
internal static class MapFigure
{
    private const int Size = 400;

    // The second seven classes have the colours again and shapes of their own.
    private static readonly (MarkerType Type, string Glyph)[] Marks =
    [
        (MarkerType.Circle, "●"),
        (MarkerType.Triangle, "▲"),
        (MarkerType.Square, "■"),
        (MarkerType.Diamond, "◆"),
        (MarkerType.Plus, "+"),
        (MarkerType.Cross, "×"),
        (MarkerType.Star, "✳"),
    ];

    /// <summary>The character that looks like the shape of a class.</summary>
    /// <param name="mark">Position of the class.</param>
    public static string Glyph(int mark) => Mark(mark).Glyph;

    /// <summary>Draws the classes, which share one scale for both axes.</summary>
    /// <param name="title">What is shown, for those who hear the page.</param>
    /// <param name="id">A name that no other figure of the page has.</param>
    /// <param name="classes">The classes.</param>
    public static string Svg(string title, string id, IReadOnlyList<MapClass> classes)
    {
        var model = CurveFigure.Empty();
        model.PlotType = PlotType.Cartesian;
        model.Axes.Add(CurveFigure.Axis(OxyPlot.Axes.AxisPosition.Bottom, "first component", numbered: false));
        model.Axes.Add(CurveFigure.Axis(OxyPlot.Axes.AxisPosition.Left, "second component", numbered: false));
        foreach (var (mark, points) in classes)
        {
            var colour = CurveFigure.Colour(mark);
            var series = new ScatterSeries
            {
                MarkerType = Mark(mark).Type,
                MarkerSize = 3,
                MarkerFill = colour,
                MarkerStroke = colour,
                MarkerStrokeThickness = Mark(mark).Type is MarkerType.Plus or MarkerType.Cross or MarkerType.Star ? 1.2 : 0,
            };
            series.Points.AddRange(points.Select(static point => new ScatterPoint(point.X, point.Y)));
            model.Series.Add(series);
        }

        return CurveFigure.InPage(model, Size, Size, title, id);
    }

    private static (MarkerType Type, string Glyph) Mark(int mark) =>
        Marks[(mark + (mark / PageStyle.LineColours * (Marks.Length / 2))) % Marks.Length];
}

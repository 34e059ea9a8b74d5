using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SimClrDsl.Cli.Reports;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>Figures as SVG: what a viewer without Arial, and one who confuses colours, sees.</summary>
public sealed class FigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // The widest letters of a text in DejaVu Sans, on average, as a share of the font's size.
    private const double Widest = 0.62;

    public static TheoryData<string> Names => [.. PaperReport.Names.Where(static name => PaperReport.Sweep(name).Report!.Plot is not null)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_legend_and_every_mark_are_within_the_picture(string name)
    {
        var sweep = PaperReport.Sweep(name);
        using var planted = new PlantedStages(sweep);
        var report = PaperReport.Of(sweep, planted.Runs);
        var svg = XDocument.Parse(ReportPlot.Svg(report)!).Root!;
        var (width, height) = (Number(svg, "width"), Number(svg, "height"));
        Assert.Equal(
            FormattableString.Invariant($"0 0 {width} {height}"),
            svg.Attribute("viewBox")?.Value ?? FormattableString.Invariant($"0 0 {width} {height}")
        );

        var texts = svg.Descendants(Svg + "text").ToList();
        foreach (var line in ReportLines.Of(report).Lines)
        {
            var entry = texts.Last(text => text.Value == line.Title);
            Assert.InRange(Number(entry, "x") + (line.Title.Length * Widest * Number(entry, "font-size")), 0, width);
            Assert.InRange(Number(entry, "y"), 0, height);
        }

        // No two entries of the legend overlap.
        var entries = ReportLines.Of(report).Lines.Select(line => texts.Last(text => text.Value == line.Title)).ToList();
        foreach (var row in entries.GroupBy(static entry => Number(entry, "y")))
        {
            var placed = row.OrderBy(static entry => Number(entry, "x")).ToList();
            foreach (var (entry, next) in placed.Zip(placed.Skip(1)))
            {
                Assert.True(Number(entry, "x") + (entry.Value.Length * Widest * Number(entry, "font-size")) < Number(next, "x"));
            }
        }
    }

    // The outermost points are as far from the borders of the plot area as a mark is wide.
    [Fact]
    public void Marks_at_the_ends_of_the_axes_are_whole()
    {
        var sweep = PaperReport.Sweep("figure-6");
        using var planted = new PlantedStages(sweep);
        var svg = XDocument.Parse(ReportPlot.Svg(PaperReport.Of(sweep, planted.Runs))!).Root!;
        var clips = svg.Descendants(Svg + "clipPath").Select(static clip => clip.Element(Svg + "rect")!).ToList();
        var area = clips.MinBy(static clip => Number(clip, "width") * Number(clip, "height"))!;
        var (left, top) = (Number(area, "x"), Number(area, "y"));
        var (right, bottom) = (left + Number(area, "width"), top + Number(area, "height"));
        var circles = svg.Descendants(Svg + "ellipse")
            .Concat(svg.Descendants(Svg + "circle"))
            .Where(static mark => mark.Attribute("cx") is not null);
        var inside = circles.Where(mark => Number(mark, "cy") < 520).ToList();
        Assert.NotEmpty(inside);
        Assert.All(
            inside,
            mark =>
            {
                Assert.InRange(Number(mark, "cx"), left + 4, right - 4);
                Assert.InRange(Number(mark, "cy"), top + 4, bottom - 4);
            }
        );
    }

    [Fact]
    public void Lines_differ_in_more_than_their_colour()
    {
        var styles = LineStyles
            .Of(Enumerable.Range(0, 35).Select(static i => new ReportLine($"{i}", IsPaper: false, IsLevel: false, [])))
            .Values.ToList();
        Assert.Equal(35, styles.Distinct().Count());
        // Okabe and Ito's palette without its yellow, which is not seen on white.
        Assert.Equal(
            ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"],
            LineStyles.Colours.Select(static colour => $"#{colour.R:X2}{colour.G:X2}{colour.B:X2}")
        );
        Assert.Equal(
            [MarkShape.Circle, MarkShape.Square, MarkShape.Triangle, MarkShape.Diamond, MarkShape.Tip],
            styles.Take(5).Select(static style => style.Shape)
        );
    }

    [Fact]
    public void Text_names_fonts_that_are_there_without_Arial()
    {
        var fonts = Regex
            .Matches(ReportPlot.Svg(PaperReport.Empty("figure-b1"))!, "font-family=\"([^\"]*)\"")
            .Select(static match => match.Groups[1].Value)
            .Distinct();
        Assert.Equal("Arial, Liberation Sans, Helvetica, DejaVu Sans, sans-serif", Assert.Single(fonts));
    }

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value.Replace("px", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}

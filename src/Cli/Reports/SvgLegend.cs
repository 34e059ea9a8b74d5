using System.Globalization;
using System.Security;
using System.Text;

namespace SimClrDsl.Cli.Reports;

/// <summary>
/// Draws a legend below a figure, in as many columns as fit. It reserves room for the widest common font, because the fonts of the viewer
/// are unknown.
/// </summary>
internal static class SvgLegend
{
    private const double Size = 12;
    private const double LineHeight = 20;
    private const double Sample = 40;
    private const double Margin = 16;

    /// <summary>Width of a letter of DejaVu Sans at this size. It is one of the widest fonts; Arial is a sixth narrower.</summary>
    public const double LetterWidth = 0.64 * Size;

    /// <summary>Adds the legend to a figure.</summary>
    /// <param name="svg">The figure.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height, without the legend.</param>
    /// <param name="lines">The lines of the figure.</param>
    public static string Below(string svg, int width, int height, IReadOnlyList<(ReportLine Line, MarkStyle Style)> lines)
    {
        var wide = (lines.Max(static one => one.Line.Title.Length) * LetterWidth) + Sample + Margin;
        var columns = Math.Clamp((int)((width - Margin) / wide), 1, lines.Count);
        var rows = (lines.Count + columns - 1) / columns;
        var (left, full) = (Math.Max(Margin, (width - (columns * wide)) / 2), height + (int)(rows * LineHeight) + (int)Margin);
        var text = new StringBuilder();
        text.Append(Invariant($"<rect x=\"0\" y=\"{height}\" width=\"{width}\" height=\"{full - height}\" fill=\"#FFFFFF\" />\n"));
        for (var i = 0; i < lines.Count; i++)
        {
            var (line, style) = lines[i];
            var (x, y) = (left + (i / rows * wide), height + (i % rows * LineHeight) + (LineHeight / 2));
            text.Append(Stroke(line, style, x, y)).Append(line.IsLevel ? "" : Mark(line, style, x + (Sample / 2) - 4, y));
            text.Append(
                Invariant(
                    $"<text x=\"{x + Sample}\" y=\"{y + (0.35 * Size)}\" font-family=\"{ReportPlot.Fonts}\" font-size=\"{Size}\" fill=\"#000000\">{SecurityElement.Escape(line.Title)}</text>\n"
                )
            );
        }

        var opened = svg.IndexOf("<svg", StringComparison.Ordinal);
        var head = svg[..svg.IndexOf('>', opened)];
        return Taller(head, width, height, full)
            + svg[head.Length..svg.LastIndexOf("</svg>", StringComparison.Ordinal)]
            + text
            + "</svg>\n";
    }

    // The height occurs twice, as an attribute and in the view box.
    private static string Taller(string head, int width, int height, int full) =>
        head.Replace($"height=\"{height}\"", $"height=\"{full}\"", StringComparison.Ordinal)
            .Replace($"viewBox=\"0 0 {width} {height}\"", $"viewBox=\"0 0 {width} {full}\"", StringComparison.Ordinal);

    private static string Stroke(ReportLine line, MarkStyle style, double x, double y)
    {
        var dashes = (line.IsLevel, line.IsPaper) switch
        {
            (_, true) => " stroke-dasharray=\"2,3\"",
            (true, false) => " stroke-dasharray=\"6,4\"",
            _ => "",
        };
        return Invariant(
            $"<line x1=\"{x}\" y1=\"{y}\" x2=\"{x + Sample - 8}\" y2=\"{y}\" stroke=\"{Colour(style)}\" stroke-width=\"{(line.IsPaper ? 1 : 2)}\"{dashes} />\n"
        );
    }

    private static string Mark(ReportLine line, MarkStyle style, double x, double y)
    {
        var paint = $"fill=\"{(line.IsPaper ? "#FFFFFF" : Colour(style))}\" stroke=\"{Colour(style)}\" stroke-width=\"1.5\"";
        return style.Shape switch
        {
            MarkShape.Circle => Invariant($"<circle cx=\"{x}\" cy=\"{y}\" r=\"4.5\" {paint} />\n"),
            MarkShape.Square => Invariant($"<rect x=\"{x - 4.5}\" y=\"{y - 4.5}\" width=\"9\" height=\"9\" {paint} />\n"),
            MarkShape.Triangle => Invariant($"<polygon points=\"{x},{y - 4.5} {x + 5},{y + 4} {x - 5},{y + 4}\" {paint} />\n"),
            MarkShape.Tip => Invariant($"<polygon points=\"{x},{y + 4.5} {x + 5},{y - 4} {x - 5},{y - 4}\" {paint} />\n"),
            _ => Invariant($"<polygon points=\"{x},{y - 6} {x + 6},{y} {x},{y + 6} {x - 6},{y}\" {paint} />\n"),
        };
    }

    private static string Colour(MarkStyle style) => $"#{style.Colour.R:X2}{style.Colour.G:X2}{style.Colour.B:X2}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using OxyPlot;

namespace SimClrDsl.Cli.Reports;

/// <summary>The style of a line in a figure.</summary>
/// <param name="Colour">Colour of the line and its marks.</param>
/// <param name="Shape">Shape of its marks.</param>
internal sealed record MarkStyle(OxyColor Colour, MarkShape Shape);

/// <summary>The shape of a mark.</summary>
internal enum MarkShape
{
    Circle,
    Square,
    Triangle,
    Diamond,

    /// <summary>A triangle that points down.</summary>
    Tip,
}

/// <summary>Chooses the styles of a figure's lines.</summary>
internal static class LineStyles
{
    /// <summary>
    /// The colours of Okabe and Ito, which people with colour-vision deficiency can distinguish, without those that are too light on white.
    /// </summary>
    public static IReadOnlyList<OxyColor> Colours { get; } =
    [
        OxyColor.Parse("#0072B2"),
        OxyColor.Parse("#D55E00"),
        OxyColor.Parse("#009E73"),
        OxyColor.Parse("#CC79A7"),
        OxyColor.Parse("#000000"),
        OxyColor.Parse("#E69F00"),
        OxyColor.Parse("#56B4E9"),
    ];

    private static readonly MarkShape[] Shapes = Enum.GetValues<MarkShape>();

    /// <summary>
    /// One style per name, used both for measured numbers and for the paper's numbers. The first 35 styles are different.
    /// </summary>
    public static IReadOnlyDictionary<string, MarkStyle> Of(IEnumerable<ReportLine> lines) =>
        lines
            .Select(static line => line.Name)
            .Distinct()
            .Select(static (name, i) => (name, Style: new MarkStyle(Colours[i % Colours.Count], Shapes[i % Shapes.Length])))
            .ToDictionary(static one => one.name, static one => one.Style);
}

using OxyPlot;

namespace SimClrDsl.Cli.Reports;

/// <summary>Colour and mark of a line.</summary>
internal sealed record MarkStyle(OxyColor Colour, MarkShape Shape);

/// <summary>Shape of a mark.</summary>
internal enum MarkShape
{
    Circle,
    Square,
    Triangle,
    Diamond,

    /// <summary>A triangle on its tip.</summary>
    Tip,
}

/// <summary>Colours and marks of a figure's lines.</summary>
internal static class LineStyles
{
    /// <summary>The colours of Okabe and Ito that are seen on white: people who confuse red and green tell them apart too.</summary>
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

    /// <summary>A style for each name, the same for what was measured and for the paper's numbers; the first 35 differ from each other.</summary>
    public static IReadOnlyDictionary<string, MarkStyle> Of(IEnumerable<ReportLine> lines) =>
        lines
            .Select(static line => line.Name)
            .Distinct()
            .Select(static (name, i) => (name, Style: new MarkStyle(Colours[i % Colours.Count], Shapes[i % Shapes.Length])))
            .ToDictionary(static one => one.name, static one => one.Style);
}

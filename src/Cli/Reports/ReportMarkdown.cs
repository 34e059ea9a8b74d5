using System.Globalization;
using System.Text;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>Prints a report as a Markdown table.</summary>
internal static class ReportMarkdown
{
    public static string Format(Report report)
    {
        // If rows are methods, the network has a column of its own.
        var keys = report
            .Rows.SelectMany(static row => row.Settings.Select(static setting => setting.Path))
            .Distinct()
            .Where(key => !report.IsOfMethods || RecordShape.Of(typeof(EncoderSpec)).Find(key) is null)
            .ToList();
        var withPaper = report.Columns.Select((_, column) => report.Rows.Any(row => row.Entries[column].Paper is not null)).ToList();
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# {report.Spec.Title}\n\n{Measures(report.Spec)} in percent; empty: not run yet, or not in the paper.\n\n"
        );
        IReadOnlyList<string> header =
        [
            .. report.IsOfMethods ? (string[])["method", "network"] : [],
            .. keys.Select(key => CellNames.ShortKey(key, keys).Replace('_', ' ').Replace('.', ' ')),
            "parameters (M)",
            .. report.Columns.SelectMany(
                (column, index) => (string[])(withPaper[index] ? [Title(report.Spec, column), "paper"] : [Title(report.Spec, column)])
            ),
        ];
        Line(text, header);
        Line(text, header.Select((_, column) => report.IsOfMethods && column < 2 ? "---" : "---:"));
        foreach (var row in report.Rows)
        {
            Line(
                text,
                [
                    .. report.IsOfMethods ? (string[])[row.Method ?? "", row.Network] : [],
                    .. keys.Select(key => row.Settings.FirstOrDefault(setting => setting.Path == key)?.Text ?? ""),
                    Number(row.Parameters),
                    .. row.Entries.SelectMany(
                        (entry, column) => (string[])(withPaper[column] ? [Text(entry.Ours), Number(entry.Paper)] : [Text(entry.Ours)])
                    ),
                ]
            );
        }

        Fits(text, report);
        if (report.Ours.Count > 0)
        {
            text.Append("\nOurs, where the paper leaves it open:\n\n");
            text.Append(string.Concat(report.Ours.Select(static line => $"- {line}\n")));
        }

        return text.ToString();
    }

    /// <summary>The title of a column, such as <c>finetuned, labels 1%</c>.</summary>
    public static string Title(ReportSpec spec, ReportColumn column) =>
        Joined([
            column.Value,
            .. column.Settings.Select(Text),
            spec.Metrics.Count > 1 || (column.Value is null && column.Settings.Count == 0) ? Measure(spec.Metrics[column.Metric]) : null,
        ]);

    /// <summary>The text of a setting, such as <c>labels 1%</c>.</summary>
    public static string Text(Setting setting) => $"{setting.Path.Split('.')[^1]} {setting.Text}";

    /// <summary>Joins the parts that are not null or empty by commas.</summary>
    public static string Joined(IEnumerable<string?> parts) =>
        string.Join(", ", parts.Where(static part => !string.IsNullOrEmpty(part))).Replace('_', ' ');

    public static string Measure(string metric) => metric == "top1" ? "top-1" : "top-5";

    private static string Measures(ReportSpec spec)
    {
        var words = string.Join(" and ", spec.Metrics.Select(Measure));
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>
    /// A measured number, with its standard deviation if it is a mean, and with the number of runs if some are not finished.
    /// </summary>
    private static string Text(Measured? measured) =>
        measured is null
            ? ""
            : Number(measured.Value)
                + (measured.Deviation is { } deviation ? $" ± {Number(deviation)}" : "")
                + (measured.Count < measured.Planned ? $" ({measured.Count} of {measured.Planned})" : "");

    private static string Number(double? value) => value?.ToString("F1", CultureInfo.InvariantCulture) ?? "";

    // A table of straight-line fits, for figures of one result over another.
    private static void Fits(StringBuilder text, Report report)
    {
        if (report.Spec.Plot?.X != PlotAxis.FirstValue)
        {
            return;
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\nStraight lines by least squares over {report.Spec.Values[0].Replace('_', ' ')}; r is Pearson's correlation.\n\n"
        );
        Line(text, ["line", "points", "slope", "r"]);
        Line(text, ["---", "---:", "---:", "---:"]);
        foreach (var line in ReportLines.Of(report).Lines)
        {
            var fit = LineFit.Of(line.Points);
            Line(text, [line.Title, $"{line.Points.Count}", Rounded(fit?.Slope), Rounded(fit?.Correlation)]);
        }
    }

    private static string Rounded(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "";

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
}

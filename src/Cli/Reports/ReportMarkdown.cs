using System.Globalization;
using System.Text;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Reports;

/// <summary>A report as a Markdown table.</summary>
internal static class ReportMarkdown
{
    public static string Format(Report report)
    {
        var keys = report.Rows.SelectMany(static row => row.Settings.Select(static setting => setting.Path)).Distinct().ToList();
        var withPaper = report.Columns.Select((_, column) => report.Rows.Any(row => row.Entries[column].Paper is not null)).ToList();
        IReadOnlyList<string> header =
        [
            .. keys.Select(key => CellNames.ShortKey(key, keys).Replace('_', ' ')),
            "parameters (M)",
            .. report.Columns.SelectMany((column, index) => (string[])(withPaper[index] ? [Title(column), "paper"] : [Title(column)])),
        ];
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# {report.Spec.Title}\n\n{Measure(report.Spec.Metric)} in percent; empty: not run yet, or not in the paper.\n\n"
        );
        Line(text, header);
        Line(text, header.Select(static _ => "---:"));
        foreach (var row in report.Rows)
        {
            Line(
                text,
                [
                    .. keys.Select(key => row.Settings.FirstOrDefault(setting => setting.Path == key)?.Text ?? ""),
                    (row.Parameters / 1e6).ToString("F1", CultureInfo.InvariantCulture),
                    .. row.Entries.SelectMany(
                        (entry, column) => (string[])(withPaper[column] ? [Number(entry.Ours), Number(entry.Paper)] : [Number(entry.Ours)])
                    ),
                ]
            );
        }

        return text.ToString();
    }

    /// <summary>A column for people: <c>finetuned, labels 1%</c>.</summary>
    public static string Title(ReportColumn column) =>
        string.Join(", ", column.Settings.Select(setting => $"{setting.Path.Split('.')[^1]} {setting.Text}").Prepend(column.Value))
            .Replace('_', ' ');

    public static string Measure(Metric metric) => metric == Metric.Top1 ? "Top-1" : "Top-5";

    private static string Number(double? value) => value?.ToString("F1", CultureInfo.InvariantCulture) ?? "";

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
}

using LanguageExt;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>A column of a report.</summary>
/// <param name="Value">The result that it shows; null if each result has its own row.</param>
/// <param name="Settings">The settings of the column; empty for a result that does not depend on them.</param>
/// <param name="Metric">Index of its metric in the report.</param>
internal sealed record ReportColumn(string? Value, Sequence<Setting> Settings, int Metric);

/// <summary>A row of a report.</summary>
/// <param name="Value">The result that it shows, if each result has its own row and the row is not from the literature; else null.</param>
/// <param name="Method">Name of the method, if each result has its own row; else null.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Settings">The settings that distinguish it from other rows.</param>
/// <param name="Parameters">Parameters of the network, in millions; null for a row from the literature.</param>
/// <param name="Entries">One entry per column.</param>
internal sealed record ReportRow(
    string? Value,
    string? Method,
    string Network,
    Sequence<Setting> Settings,
    double? Parameters,
    IReadOnlyList<ReportEntry> Entries
);

/// <summary>
/// A table of the results of a sweep's finished experiments and of the paper's numbers. Experiments that have not been run have empty
/// cells.
/// </summary>
/// <param name="Spec">The declaration of the report.</param>
/// <param name="Results">All results, each once.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows: first those from the literature, then those of the matrix in its order.</param>
internal sealed record Report(
    ReportSpec Spec,
    IReadOnlyList<ReportResult> Results,
    IReadOnlyList<ReportColumn> Columns,
    IReadOnlyList<ReportRow> Rows
)
{
    /// <summary>The settings that the paper does not specify, each with its values in these experiments and the reason for them.</summary>
    public IReadOnlyList<string> Ours { get; init; } = [];

    /// <summary>Whether each result has a row of its own.</summary>
    public bool IsOfMethods => HasMethods(Spec);

    /// <summary>Makes the report of a sweep.</summary>
    /// <param name="sweep">A sweep that declares a report.</param>
    /// <param name="paper">The paper's numbers.</param>
    /// <param name="runs">Folder of all runs.</param>
    /// <returns>The report; or that it does not fit the sweep's results or the paper's numbers.</returns>
    public static Either<InputError, Report> Of(Sweep sweep, PaperNumbers paper, string runs) =>
        from results in ResultCollector.Collect(sweep.Report!, [.. sweep.Cells.Select(PlannedCell.Of)], paper, runs)
        let spec = sweep.Report!
        let columns = ColumnsOf(spec, results)
        from others in OthersOf(spec, columns, paper)
        select new Report(spec, results, columns, [.. others, .. RowsOf(spec, columns, results)])
        {
            Ours = [.. sweep.Cells.SelectMany(static cell => OwnChoices.Of(cell.Spec)).Distinct()],
        };

    private static bool HasMethods(ReportSpec spec) => spec.Rows is { } rows && rows.Contains(ReportSpec.Result);

    private static List<ReportColumn> ColumnsOf(ReportSpec spec, IReadOnlyList<ReportResult> results)
    {
        var measures = Enumerable.Range(0, spec.Metrics.Count);
        return HasMethods(spec)
            ? [.. from metric in measures from settings in Distinct(results) select new ReportColumn(Value: null, settings, metric)]
            :
            [
                .. from value in spec.Values
                from settings in Distinct(results.Where(result => result.Value == value))
                from metric in measures
                select new ReportColumn(value, settings, metric),
            ];
    }

    private static IEnumerable<Sequence<Setting>> Distinct(IEnumerable<ReportResult> results) =>
        results.Select(static result => result.Columns).Distinct();

    // A result that does not depend on the settings that distinguish two rows of its network is shown in both rows.
    private static IEnumerable<ReportRow> RowsOf(ReportSpec spec, List<ReportColumn> columns, IReadOnlyList<ReportResult> results)
    {
        var methods = HasMethods(spec);
        string? Method(ReportResult result) => methods ? result.Value : null;
        bool StandsIn(ReportResult result, (string? Method, Sequence<Setting> Settings) row) =>
            Method(result) == row.Method && result.Rows.All(row.Settings.Contains);

        // Methods are in the order of the report; otherwise rows are in the order of the matrix.
        var ordered = methods ? results.OrderBy(result => spec.Values.ToList().IndexOf(result.Value)) : results.AsEnumerable();
        var all = ordered.Select(result => (Method: Method(result), result.Rows)).Distinct().ToList();
        foreach (var row in all.Where(row => !all.Exists(other => IsPart(row, other))))
        {
            var members = results.Where(result => StandsIn(result, row)).OrderByDescending(static result => result.Rows.Count).ToList();
            var first = members[0];
            yield return new(
                row.Method,
                methods ? first.Names.Method ?? first.Value.Replace('_', ' ') : null,
                first.Names.Network ?? first.Network.Title,
                row.Rows,
                first.Parameters,
                [
                    .. columns.Select(column =>
                        members.Find(result => Fits(result, column))?.Entries[column.Metric] ?? new ReportEntry(Ours: null, Paper: null)
                    ),
                ]
            );
        }
    }

    private static bool IsPart((string? Method, Sequence<Setting> Rows) row, (string? Method, Sequence<Setting> Rows) other) =>
        row.Method == other.Method && row.Rows.Count < other.Rows.Count && row.Rows.All(other.Rows.Contains);

    private static bool Fits(ReportResult result, ReportColumn column) =>
        (column.Value is null || column.Value == result.Value) && column.Settings == result.Columns;

    private static Either<InputError, List<ReportRow>> OthersOf(ReportSpec spec, List<ReportColumn> columns, PaperNumbers paper)
    {
        var lost = paper.Others.FirstOrDefault(number => !columns.Exists(column => Fits(number, column)));
        return lost is null
            ? paper
                .Others.GroupBy(static number => (number.Method, number.Network))
                .Select(method => new ReportRow(
                    Value: null,
                    method.Key.Method,
                    method.Key.Network,
                    [],
                    Parameters: null,
                    [.. columns.Select(column => new ReportEntry(Ours: null, Of(method, column, spec)))]
                ))
                .ToList()
            : new InputError(
                $"report '{spec.Title}': {lost.Method} stands in line {lost.Line} of the paper's numbers, "
                    + $"but no column has its keys{(HasMethods(spec) ? "" : ", since rows has no result")}."
            );
    }

    private static double? Of(IEnumerable<LiteratureNumber> method, ReportColumn column, ReportSpec spec) =>
        method
            .Where(number => Fits(number, column))
            .Select(number => number.Measures.TryGetValue(spec.Metrics[column.Metric], out var value) ? (double?)value : null)
            .FirstOrDefault();

    private static bool Fits(LiteratureNumber number, ReportColumn column) =>
        column.Value is null && number.Keys.Count == column.Settings.Count && number.Keys.All(column.Settings.Contains);
}

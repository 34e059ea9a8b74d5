using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>A column of a report.</summary>
/// <param name="Value">The result it shows; null where results are told apart by rows.</param>
/// <param name="Settings">Its settings; none for a result that does not depend on them.</param>
/// <param name="Metric">Position of its measure among the report's.</param>
internal sealed record ReportColumn(string? Value, Sequence<Setting> Settings, int Metric);

/// <summary>One line of a report.</summary>
/// <param name="Value">The result it shows, where results are told apart by rows and it is ours; else null.</param>
/// <param name="Method">What the result is called, where results are told apart by rows; else null.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Settings">The settings that tell it from the other lines.</param>
/// <param name="Parameters">Of the network, in millions; null for one that is not ours.</param>
/// <param name="Entries">One for each column.</param>
internal sealed record ReportRow(
    string? Value,
    string? Method,
    string Network,
    Sequence<Setting> Settings,
    double? Parameters,
    IReadOnlyList<ReportEntry> Entries
);

/// <summary>A table of a sweep's finished experiments beside the paper's own numbers; what has not been run is empty.</summary>
/// <param name="Spec">What is shown.</param>
/// <param name="Results">Every result, once.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The lines: those of other methods, then those of the matrix in its order.</param>
internal sealed record Report(
    ReportSpec Spec,
    IReadOnlyList<ReportResult> Results,
    IReadOnlyList<ReportColumn> Columns,
    IReadOnlyList<ReportRow> Rows
)
{
    /// <summary>The settings that the paper leaves open, each with its values in these experiments and the reason for it.</summary>
    public IReadOnlyList<string> Ours { get; init; } = [];

    /// <summary>Whether each result has a row of its own.</summary>
    public bool IsOfMethods => HasMethods(Spec);

    /// <param name="sweep">Its report must be given.</param>
    /// <param name="paper">The paper's numbers.</param>
    /// <param name="runs">Folder of all runs.</param>
    /// <exception cref="InputException">The report cannot be made of the sweep's results and the paper's numbers.</exception>
    public static Report Of(Sweep sweep, PaperNumbers paper, string runs)
    {
        var spec = sweep.Report!;
        var results = ResultCollector.Collect(spec, [.. sweep.Cells.Select(PlannedCell.Of)], paper, runs);
        var columns = ColumnsOf(spec, results);
        return new(spec, results, columns, [.. OthersOf(spec, columns, paper), .. RowsOf(spec, columns, results)])
        {
            Ours = [.. sweep.Cells.SelectMany(static cell => OwnChoices.Of(cell.Spec)).Distinct()],
        };
    }

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

    // A result that does not depend on what tells two rows of its network apart stands in both.
    private static IEnumerable<ReportRow> RowsOf(ReportSpec spec, List<ReportColumn> columns, IReadOnlyList<ReportResult> results)
    {
        var methods = HasMethods(spec);
        string? Method(ReportResult result) => methods ? result.Value : null;
        bool StandsIn(ReportResult result, (string? Method, Sequence<Setting> Settings) row) =>
            Method(result) == row.Method && result.Rows.All(row.Settings.Contains);

        // Methods in the order in which the report names them, and else the order of the matrix.
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

    private static IEnumerable<ReportRow> OthersOf(ReportSpec spec, List<ReportColumn> columns, PaperNumbers paper)
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
            : throw new InputException(
                $"report '{spec.Title}': {lost.Method} stands in line {lost.Line} of the paper's numbers, but no column has its keys{(HasMethods(spec) ? "" : ", since rows has no result")}."
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

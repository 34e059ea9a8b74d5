using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Reports;

/// <summary>A result and the settings it is shown under.</summary>
/// <param name="Value">The result: <c>finetuned</c>.</param>
/// <param name="Settings">The column's settings; none for a result that does not depend on them.</param>
internal sealed record ReportColumn(string Value, Sequence<Setting> Settings);

/// <summary>What was measured and what the paper gives, in percent.</summary>
internal sealed record ReportEntry(double? Ours, double? Paper);

/// <summary>One line of a report.</summary>
/// <param name="Settings">The settings of the matrix that make it.</param>
/// <param name="Parameters">Of its encoder, running statistics included.</param>
/// <param name="Entries">One for each column.</param>
internal sealed record ReportRow(Sequence<Setting> Settings, long Parameters, IReadOnlyList<ReportEntry> Entries);

/// <summary>A table of a sweep's finished experiments beside the paper's own numbers; what has not been run is empty.</summary>
internal sealed record Report(ReportSpec Spec, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows)
{
    /// <param name="sweep">Its report must be given.</param>
    /// <param name="paper">The paper's numbers.</param>
    /// <param name="runs">Folder of all runs.</param>
    public static Report Of(Sweep sweep, PaperNumbers paper, string runs)
    {
        var spec = sweep.Report!;
        var rows = sweep
            .Cells.Select(static cell => new Planned(cell, Plan.Of(cell.Spec)))
            .GroupBy(planned => planned.Settings(key => !spec.Columns.Contains(key) && !spec.Best.Contains(key)))
            .Select(static group => (Settings: group.Key, Cells: group.ToList()))
            .ToList();
        var columns = spec.Values.SelectMany(value => ColumnsOf(value, spec, rows.ConvertAll(static row => row.Cells))).ToList();
        return new(
            spec,
            columns,
            [
                .. rows.Select(row => new ReportRow(
                    row.Settings,
                    Shown(row.Cells[0], row.Settings).Cost.Parameters.WithStatistics,
                    [.. columns.Select(column => Entry(column, row.Cells, spec, paper, runs))]
                )),
            ]
        );
    }

    /// <summary>An experiment with its plan and the names of its stages' outcomes.</summary>
    private sealed record Planned(Cell Cell, Plan Plan)
    {
        public IReadOnlyDictionary<string, string> Hashes { get; } = StageHashes.Of(Plan);

        public Sequence<Setting> Settings(Func<string, bool> key) => Cell.Settings.Where(setting => key(setting.Path)).ToSequence();
    }

    // A result that is the same under all settings of the columns, as linear evaluation is whatever the labels, is one column.
    private static IEnumerable<ReportColumn> ColumnsOf(string value, ReportSpec spec, IReadOnlyList<List<Planned>> rows)
    {
        var depends = rows.Any(cells =>
            cells
                .GroupBy(cell => cell.Settings(spec.Columns.Contains))
                .Select(cells => string.Join(' ', cells.Select(cell => cell.Hashes.GetValueOrDefault(StageOf(value))).Distinct()))
                .Distinct()
                .Count() > 1
        );
        return depends
            ? rows.SelectMany(static cells => cells)
                .Select(cell => cell.Settings(spec.Columns.Contains))
                .Distinct()
                .Select(settings => new ReportColumn(value, settings))
            : [new(value, [])];
    }

    // Where the matrix varies the student, the student is what the line is about.
    private static EncoderPlan Shown(Planned cell, Sequence<Setting> settings) =>
        cell.Plan.Distill is { } distill
        && settings.Any(static setting => setting.Path.StartsWith("distill.student.", StringComparison.Ordinal))
            ? distill.Student
            : cell.Plan.Encoder;

    // Several cells are those of the keys of which the best is shown; the paper gives one number for them.
    private static ReportEntry Entry(ReportColumn column, List<Planned> cells, ReportSpec spec, PaperNumbers paper, string runs)
    {
        var shown = cells.Where(cell => column.Settings.All(setting => cell.Cell.Find(setting.Path) == setting.Text)).ToList();
        return new(
            shown.Max(cell => Measured(cell, column.Value, spec.Metric, runs)),
            shown.Max(cell => paper.Find(cell.Cell.Spec, column.Value, spec.Metric))
        );
    }

    private static double? Measured(Planned cell, string value, Metric metric, string runs) =>
        cell.Hashes.TryGetValue(StageOf(value), out var hash)
        && FinishedStages.Find(runs, StageOf(value), hash)?.Stage.Results is [var row, ..]
            ? 100 * (metric == Metric.Top1 ? row.Top1 : row.Top5)
            : null;

    private static string StageOf(string value) =>
        value switch
        {
            "finetuned" => Stages.Finetune,
            "self_distilled" => "self_distill",
            "distilled" => Stages.Distill,
            _ => value,
        };
}

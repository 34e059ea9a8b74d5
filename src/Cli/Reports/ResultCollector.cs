using System.Diagnostics;
using LanguageExt;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>
/// Collects the results of a sweep. The results of experiments that agree in all settings that they depend on are combined.
/// </summary>
internal sealed class ResultCollector
{
    private const string Teacher = "teacher_";

    private readonly ReportSpec spec;
    private readonly PaperNumbers paper;
    private readonly IReadOnlyDictionary<(string Stage, string Hash), FinishedStage> finished;
    private readonly IReadOnlyList<Occurrence> occurrences;
    private readonly IReadOnlyList<string> fields;
    private readonly IReadOnlyList<string> teacherFields;
    private readonly IReadOnlyList<string> keys;

    /// <summary>A result of one experiment.</summary>
    private sealed record Occurrence(PlannedCell Cell, int Position, string Value)
    {
        public string Hash => Cell.Hashes[ResultKeys.StageOf(Value)];
    }

    private ResultCollector(ReportSpec spec, IReadOnlyList<PlannedCell> cells, PaperNumbers paper, string runs)
    {
        (this.spec, this.paper, finished) = (spec, paper, FinishedStages.All(runs));
        occurrences =
        [
            .. from position in Enumerable.Range(0, cells.Count)
            from value in spec.Values
            where cells[position].Hashes.ContainsKey(ResultKeys.StageOf(value))
            select new Occurrence(cells[position], position, value),
        ];
        string[] elsewhere = [.. spec.Columns, .. spec.Best, .. spec.Mean];
        var taken = elsewhere.Select(ResultKeys.NetworkField).ToHashSet();
        string[] settings =
        [
            .. RecordShape.Of(typeof(EncoderSpec)).Fields.Select(static field => field.Key).Where(field => !taken.Contains(field)),
        ];
        fields = [.. settings.Where(field => Varies(occurrences, one => ResultKeys.NetworkText(one.Cell, one.Value, field)))];
        var taught = occurrences.Where(static one => one.Value == "distilled").ToList();
        teacherFields = [.. settings.Where(field => Varies(taught, one => ResultKeys.Text(one.Cell, $"encoder.{field}")))];
        var candidates =
            spec.Rows?.Where(static key => key != ReportSpec.Result)
            ?? cells.SelectMany(static cell => cell.Cell.Settings.Select(static setting => setting.Path));
        keys =
        [
            .. candidates
                .Concat(Plotted(spec.Plot))
                .Distinct()
                .Where(key => !elsewhere.Contains(key) && ResultKeys.NetworkField(key) is null)
                .Where(key => Varies(occurrences.Where(one => Concerns(one, key)), one => ResultKeys.Text(one.Cell, key))),
        ];
    }

    /// <summary>The results of a sweep's experiments, in the order of the matrix.</summary>
    /// <returns>
    /// The results; or that different results belong to the same cell of the table, or that the paper's numbers contradict each other.
    /// </returns>
    public static Either<InputError, IReadOnlyList<ReportResult>> Collect(
        ReportSpec spec,
        IReadOnlyList<PlannedCell> cells,
        PaperNumbers paper,
        string runs
    )
    {
        var collector = new ResultCollector(spec, cells, paper, runs);
        return collector
            .occurrences.GroupBy(one => (one.Value, collector.Rows(one), collector.Columns(one)))
            .Select(group => collector.Result(group.Key.Value, group.Key.Item2, group.Key.Item3, [.. group]))
            .All();
    }

    private Either<InputError, ReportResult> Result(
        string value,
        Sequence<Setting> rows,
        Sequence<Setting> columns,
        List<Occurrence> members
    )
    {
        var first = members[0].Cell;
        return
            // Experiments that share a stage share its result, which is counted once.
            from distinct in members.GroupBy(Chosen).Select(choice => Same(choice).Map(one => (choice.Key, One: one))).All()
            let candidates = distinct.GroupBy(static one => one.Key.Best).Select(static same => same.Select(static one => one.One).ToList())
            from entries in spec.Metrics.Select(metric => Entry(value, metric, [.. candidates], members)).All()
            select new ReportResult(
                value,
                ResultKeys.NetworkOf(first.Plan, value),
                rows,
                columns,
                Plotted(members[0]),
                paper.NamesOf(first, value),
                [.. members.Select(static one => one.Position)],
                entries
            );
    }

    private Either<InputError, ReportEntry> Entry(
        string value,
        string metric,
        List<List<Occurrence>> candidates,
        List<Occurrence> members
    ) =>
        from papers in members.Select(one => paper.Find(one.Cell, value, metric)).All()
        select new ReportEntry(Measure(metric, candidates), papers.Somes().Select(static number => (double?)number).Max());

    private Measured? Measure(string metric, List<List<Occurrence>> candidates)
    {
        var means = candidates
            .Select(same => same.Select(one => Percent(Stage(one), metric)).OfType<double>().ToList())
            .Where(static one => one.Count > 0)
            .ToList();
        var best = means.OrderByDescending(static one => one.Average()).FirstOrDefault();
        var planned = candidates.Sum(static same => same.Count);
        return best is null ? null : new(best.Average(), means.Sum(static one => one.Count), planned, Spread.Of(best).Deviation);
    }

    private FinishedStage? Stage(Occurrence one) => finished.GetValueOrDefault((ResultKeys.StageOf(one.Value), one.Hash));

    private static double? Percent(FinishedStage? stage, string metric) =>
        stage?.Results is [var row, ..]
            ? metric switch
            {
                "top1" => 100 * row.Top1,
                "top5" => 100 * row.Top5,
                _ => throw new UnreachableException($"The rules of a report know no measure '{metric}'."),
            }
            : null;

    // Experiments in the same cell that also agree in the keys over which the best or the mean is taken must have the same result.
    private Either<InputError, Occurrence> Same(IEnumerable<Occurrence> members)
    {
        var all = members.ToList();
        var other = all.Find(one => one.Hash != all[0].Hash);
        return other is null
            ? all[0]
            : new InputError(
                $"report '{spec.Title}': {all[0].Value} of '{all[0].Cell.Spec.Name}' and of '{other.Cell.Spec.Name}' "
                    + $"differ and stand in one place: name the key that tells them apart in rows, columns, best or mean."
            );
    }

    private (Sequence<Setting> Best, Sequence<Setting> Mean) Chosen(Occurrence one) => (Settings(one, spec.Best), Settings(one, spec.Mean));

    private Sequence<Setting> Rows(Occurrence one) =>
        fields
            .Select(field => new Setting(field, ResultKeys.NetworkText(one.Cell, one.Value, field)))
            .Concat(
                one.Value == "distilled"
                    ? teacherFields.Select(field => new Setting($"{Teacher}{field}", ResultKeys.Text(one.Cell, $"encoder.{field}")))
                    : []
            )
            .Concat(Settings(one, keys))
            .ToSequence();

    private Sequence<Setting> Columns(Occurrence one) => Settings(one, spec.Columns);

    private Sequence<Setting> Plotted(Occurrence one) => Settings(one, Plotted(spec.Plot));

    private static IEnumerable<string> Plotted(PlotSpec? plot) =>
        plot is null ? []
        : plot is { X: PlotAxis.Setting, Key: { } key } ? plot.Lines.Prepend(key)
        : plot.Lines;

    private static Sequence<Setting> Settings(Occurrence one, IEnumerable<string> keys) =>
        keys.Where(key => Concerns(one, key)).Select(key => new Setting(key, Text(one, key))).ToSequence();

    private static string Text(Occurrence one, string key) =>
        ResultKeys.NetworkField(key) is { } field ? ResultKeys.NetworkText(one.Cell, one.Value, field) : ResultKeys.Text(one.Cell, key);

    private static bool Concerns(Occurrence one, string key) =>
        ResultKeys.NetworkField(key) is not null || ResultKeys.Concerns(one.Cell.Spec, one.Value, key);

    private static bool Varies(IEnumerable<Occurrence> of, Func<Occurrence, string> text) => of.Select(text).Distinct().Skip(1).Any();
}

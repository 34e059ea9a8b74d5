using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about a report: it may name only results that exist and keys that the matrix has.</summary>
internal static class ReportRules
{
    /// <summary>The results of an experiment that a report can show.</summary>
    private static readonly string[] Values = ["knn", "linear", "supervised", "finetuned", "self_distilled", "distilled"];

    private static readonly string[] Metrics = ["top1", "top5"];

    /// <summary>Every broken rule.</summary>
    /// <param name="report">The report.</param>
    /// <param name="file">The file that declares it, for the keys of its matrix.</param>
    public static IEnumerable<Violation> Check(ReportSpec report, SpecNode.Map file)
    {
        var keys = KeysOf(file);
        return Unknown("report.values", report.Values, Values)
            .Concat(Unknown("report.metrics", report.Metrics, Metrics))
            .Concat(Unknown("report.rows", report.Rows ?? [], [ReportSpec.Result, .. keys]))
            .Concat(Unknown("report.columns", report.Columns, keys))
            .Concat(Unknown("report.best", report.Best, keys))
            .Concat(Unknown("report.mean", report.Mean, keys))
            .Concat(report.Plot is { } plot ? Check(plot, report, keys) : [])
            .Concat(report.Values.Count == 0 ? [SpecErrors.EmptyList.Broken("report.values")] : [])
            .Concat(report.Metrics.Count == 0 ? [SpecErrors.EmptyList.Broken("report.metrics")] : []);
    }

    private static IEnumerable<Violation> Check(PlotSpec plot, ReportSpec report, IReadOnlyList<string> keys) =>
        Unknown("report.plot.lines", plot.Lines, keys)
            .Concat(Unknown("report.plot.level", plot.Level, report.Values.ToArray()))
            .Concat(
                plot.X != PlotAxis.Setting ? []
                : plot.Key is { } key ? Unknown("report.plot.key", [key], keys)
                : [SpecErrors.MissingKey.Broken("report.plot", "key", "the key of the matrix on the horizontal axis")]
            )
            .Concat(
                plot.X == PlotAxis.Method && !(report.Rows ?? []).Contains(ReportSpec.Result)
                    ? [SpecErrors.MissingKey.Broken("report", "rows", "result in it, as 'x: method' shows each result in its place")]
                    : []
            );

    private static IEnumerable<Violation> Unknown(string path, IEnumerable<string> words, IReadOnlyList<string> known) =>
        words
            .Where(word => !known.Contains(word))
            .Select(word =>
                SpecErrors.UnknownChoice.Broken(path, word, known.Count == 0 ? "there is no matrix." : Nearest.Advice(word, known))
            );

    private static IReadOnlyList<string> KeysOf(SpecNode.Map file) =>
        file.Find(Matrix.Key)?.Value switch
        {
            SpecNode.Map map => KeysOf([map]),
            SpecNode.List list => KeysOf(list.Items),
            _ => [],
        };

    private static IReadOnlyList<string> KeysOf(IEnumerable<SpecNode> maps) =>
        maps.OfType<SpecNode.Map>().SelectMany(static map => map.Entries.Select(static entry => entry.Key)).Distinct().ToArray();
}

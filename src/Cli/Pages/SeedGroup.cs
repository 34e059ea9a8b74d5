using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Reports;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Pages;

/// <summary>A run on a page, with its network's answers for the test images and its pictures.</summary>
internal sealed record ReportedRun(RecordedRun Run, TestOutcome Test, PictureOutcome Pictures);

/// <summary>Runs whose experiments agree in everything but the seed and the name.</summary>
/// <param name="Runs">The runs, in the order of their seeds.</param>
internal sealed record SeedGroup(IReadOnlyList<ReportedRun> Runs)
{
    /// <summary>Name of the experiment.</summary>
    public string Name => Runs[0].Run.Spec.Name;

    /// <summary>Groups runs, in the order in which they were given.</summary>
    public static IReadOnlyList<SeedGroup> Of(IEnumerable<ReportedRun> runs) =>
        [
            .. runs.GroupBy(static one => SpecHash.Of(one.Run.Spec.WithSeed(0) with { Name = "experiment" }))
                .Select(static same => new SeedGroup([.. same.OrderBy(static one => one.Run.Spec.Seed)])),
        ];

    /// <summary>What the runs measured, each result once, in the order of the stages.</summary>
    public IReadOnlyList<SeedResult> Results =>
        [
            .. Runs.SelectMany(static one =>
                    one.Run.Stages.SelectMany((stage, i) => (stage.Finished?.Results ?? []).Select(row => (one.Run.Spec.Seed, i, row)))
                )
                .OrderBy(static one => one.i)
                .GroupBy(static one => one.row.Title)
                .Select(static same => new SeedResult(same.Key, [.. same.Select(static one => (one.Seed, one.row))])),
        ];
}

/// <summary>A result with its value in each run.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="Rows">For each run that measured it, the seed and the value.</param>
internal sealed record SeedResult(string Title, IReadOnlyList<(int Seed, ResultRow Row)> Rows)
{
    /// <summary>The top-1 accuracies of the runs that did not diverge; null if all did.</summary>
    public Spread? Top1 => Of(static row => row.Top1);

    /// <summary>The top-5 accuracies; null if there are none.</summary>
    public Spread? Top5 => Of(static row => row.Top5);

    private Spread? Of(Func<ResultRow, double?> measure)
    {
        var values = Rows.Select(one => measure(one.Row)).OfType<double>().ToList();
        return values.Count == 0 ? null : Spread.Of(values);
    }
}

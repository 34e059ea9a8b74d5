using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Printing;

/// <summary>Runs as tables of text.</summary>
internal static class RunList
{
    /// <summary>One line for each run: its name, seed, how far it came, its top-1 accuracies, and when it ended.</summary>
    /// <param name="runs">At least one run.</param>
    public static string Table(IReadOnlyList<RecordedRun> runs)
    {
        var titles = Results(runs).Select(static one => one.Row.Title).Distinct().ToList();
        return TextTable.Format(
            ["run", "seed", "stages", .. titles, "ended"],
            [
                .. runs.Select(run =>
                    (string[])
                        [
                            OneLine.Of(run.Name),
                            $"{run.Spec.Seed}",
                            Stages(run),
                            .. titles.Select(title => Accuracy(Results([run]).FirstOrDefault(one => one.Row.Title == title).Row)),
                            run.Summary is null ? "" : run.Summary.Date ?? "date not noted",
                        ]
                ),
            ]
        );
    }

    /// <summary>
    /// For each result the run with the highest top-1 accuracy, separately for each kind of images that it was measured on.
    /// </summary>
    /// <param name="runs">The runs.</param>
    /// <returns>The table; null if no run has measured anything.</returns>
    public static string? Best(IReadOnlyList<RecordedRun> runs)
    {
        var best = Results(runs)
            .Where(static one => one.Row.Top1 is not null)
            .GroupBy(static one => (one.Row.Title, one.Run.MeasuredOn))
            .Select(static same => same.MaxBy(static one => one.Row.Top1))
            .Select(static one =>
                (string[])[one.Row.Title, Accuracy(one.Row), one.Run.MeasuredOn, OneLine.Of(one.Run.Name), $"{one.Run.Spec.Seed}"]
            )
            .ToList();
        return best.Count == 0 ? null : TextTable.Format(["result", "top-1", "measured on", "run", "seed"], best);
    }

    // In the order of the stages, whichever of them a run has.
    private static IEnumerable<(RecordedRun Run, ResultRow Row)> Results(IReadOnlyList<RecordedRun> runs) =>
        from name in StageNames.All
        from run in runs
        from stage in run.Stages
        where stage.Name == name
        from row in stage.Finished?.Results ?? []
        select (run, row);

    private static string Accuracy(ResultRow? row) =>
        row is null ? ""
        : row.Top1 is { } top1 ? ResultTable.Percent(top1)
        : "diverged";

    private static string Stages(RecordedRun run)
    {
        var done = run.Stages.Count(static stage => stage.Finished is not null);
        var interrupted = run.Stages.FirstOrDefault(static stage => stage.Step is not null);
        var where = interrupted is null ? "" : $"; {interrupted.Name} {interrupted.State}";
        return $"{done} of {run.Stages.Count}{where}";
    }
}

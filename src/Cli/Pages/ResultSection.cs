using System.Globalization;
using SimClrDsl.Cli.Reports;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Pages;

/// <summary>The results of a group of runs, and how far each run came.</summary>
internal static class ResultSection
{
    public static string Of(SeedGroup group)
    {
        var (several, images) = (group.Runs.Count > 1, group.Runs[0].Run.MeasuredOn);
        var results = group.Results;
        var meaning = several
            ? $"<p class=\"quiet\">Accuracies on {images}: mean ± sample standard deviation over n runs of different seeds.</p>\n"
            : $"<p class=\"quiet\">Accuracies on {images}.</p>\n";
        var table =
            results.Count == 0
                ? "<p>No stage has measured an accuracy yet.</p>\n"
                : meaning
                    + Html.Table(
                        several ? ["result", "top-1", "top-5", "n", "by seed", "protocol"] : ["result", "top-1", "top-5", "protocol"],
                        results.Select(result => Row(result, several))
                    );
        return $"<h3>Results</h3>\n{table}<h3>Stages</h3>\n{Stages(group)}";
    }

    /// <summary>A fraction, or the mean of several with its deviation, in percent.</summary>
    public static string Percent(Spread? spread) =>
        spread switch
        {
            null => "",
            { Deviation: { } deviation } => string.Create(CultureInfo.InvariantCulture, $"{100 * spread.Mean:F2} ± {100 * deviation:F2} %"),
            _ => ResultTable.Percent(spread.Mean),
        };

    private static IEnumerable<string> Row(SeedResult result, bool several)
    {
        var top1 = result.Top1 is { } measured ? Percent(measured) : "diverged";
        IEnumerable<string> accuracy = [Html.Text(result.Title), Html.Text(top1), Html.Text(Percent(result.Top5))];
        var protocols = result.Rows.GroupBy(static one => one.Row.Protocol).ToList();
        var protocol = string.Join(
            "<br/>",
            protocols.Select(same =>
                (protocols.Count > 1 ? $"seed {string.Join(", ", same.Select(static one => one.Seed))}: " : "") + Html.Text(same.Key)
            )
        );
        return several
            ? [.. accuracy, N(result), string.Join("<br/>", result.Rows.Select(static one => $"{one.Seed}: {BySeed(one.Row)}")), protocol]
            : [.. accuracy, protocol];
    }

    // A run that diverged has no accuracy to be averaged, and must not vanish.
    private static string N(SeedResult result)
    {
        var (measured, all) = (result.Top1?.Count ?? 0, result.Rows.Count);
        return measured == all ? $"{all}" : $"{measured} of {all}; the others diverged";
    }

    private static string BySeed(ResultRow row) => row.Top1 is { } top1 ? ResultTable.Percent(top1) : "diverged";

    private static string Stages(SeedGroup group) =>
        Html.Table(
            ["run", "seed", .. group.Runs[0].Run.Stages.Select(static stage => Html.Text(stage.Name)), "ended"],
            group.Runs.Select(static one =>
                new[] { Html.Text(one.Run.Name), $"{one.Run.Spec.Seed}" }
                    .Concat(one.Run.Stages.Select(static stage => Html.Text(stage.State)))
                    .Append(Html.Text(one.Run.Summary?.Date ?? (one.Run.Summary is null ? "not ended" : "date not noted")))
            )
        );
}

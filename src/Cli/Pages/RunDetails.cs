using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Pages;

/// <summary>What a run was made of: spec, plan, environment, labelled images and images left out.</summary>
internal static class RunDetails
{
    public static string Of(ReportedRun reported, bool several)
    {
        var run = reported.Run;
        var title = several ? $"Run of seed {run.Spec.Seed}" : "Run";
        return $"<h3>{title}</h3>\n"
            + Facts([
                ("folder", run.Name),
                ("seed", $"{run.Spec.Seed}"),
                ("labelled images", run.Labelled.All is { } labelled ? $"{labelled}" : "none"),
                ("of the supervised baseline", run.Labelled.Supervised is { } own ? $"{own} of its own" : null),
                ("left out", run.LeftOut.Length == 0 ? "no images" : "see the list"),
                ("took", run.Summary is { } summary ? FormattableString.Invariant($"{summary.Seconds} s, the last start") : null),
            ])
            + (run.LeftOut.Length > 0 ? Html.Details("Images left out (left-out.txt)", Html.Lines(run.LeftOut)) : "")
            + Html.Details("Spec (spec.yaml)", Html.Lines(run.Texts.Spec))
            + Html.Details("Plan (plan.txt)", Html.Lines(run.Texts.Plan))
            + Html.Details(Starts(run.Launches.Count), Environments(run.Launches, run.Summary?.Computed));
    }

    private static string Starts(int count) => count <= 1 ? "Environment" : $"Environment of {count} starts";

    // A run of an earlier version noted no starts, and perhaps what it was computed on.
    private static string Environments(IReadOnlyList<Launch> launches, ComputedOn? computed) =>
        launches.Count > 0
            ? string.Concat(
                launches.Select(static launch => Facts([("started", launch.Date), .. Made(launch.MadeFrom), .. On(launch.Computed)]))
            )
        : computed is not null ? Facts(On(computed))
        : "<p>The run holds no note of it.</p>\n";

    private static IEnumerable<(string Name, string? Value)> Made(MadeFrom from) =>
        [
            ("machine", from.Host),
            ("commit", from.GitCommit is { } commit ? commit + (from.GitChanged == true ? ", with changes" : "") : null),
            ("program", from.Code),
        ];

    private static IEnumerable<(string Name, string? Value)> On(ComputedOn computed) =>
        [
            ("device", computed.Device),
            ("processor", computed.Processor),
            ("GPU", computed.Gpu),
            ("ranks", computed.Ranks > 1 ? $"{computed.Ranks}" : null),
            ("threads", $"{computed.Threads}"),
            ("precision", $"{computed.Precision}, since {computed.PrecisionReason}"),
            ("kernels", computed.Kernels),
            .. computed.Versions.Select(static version => (version.Key, (string?)version.Value)),
        ];

    private static string Facts(IEnumerable<(string Name, string? Value)> facts) =>
        "<dl>"
        + string.Concat(
            facts
                .Where(static fact => fact.Value is not null)
                .Select(static fact => $"<dt>{Html.Text(fact.Name)}</dt><dd>{Html.Text(fact.Value!)}</dd>")
        )
        + "</dl>\n";
}

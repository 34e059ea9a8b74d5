namespace SimClrDsl.Cli.Pages;

/// <summary>Runs as one HTML page, which refers to nothing outside itself.</summary>
internal static class RunPage
{
    /// <param name="runs">The runs, at least one.</param>
    public static string Of(IReadOnlyList<ReportedRun> runs)
    {
        var groups = SeedGroup.Of(runs);
        var title = string.Join(", ", groups.Select(static group => group.Name).Distinct());
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{Html.Text(title)}</title>
            <style>
            {PageStyle.Sheet}</style>
            </head>
            <body>
            <h1>{Html.Text(title)}</h1>
            <p class="quiet">{(runs.Count == 1 ? "1 run" : $"{runs.Count} runs")}</p>
            {string.Concat(groups.Select(static (group, i) => Group(group, $"g{i}")))}
            </body>
            </html>

            """;
    }

    private static string Group(SeedGroup group, string id)
    {
        var several = group.Runs.Count > 1;
        var seeds = string.Join(", ", group.Runs.Select(static one => one.Run.Spec.Seed));
        return $"<h2>{Html.Text(group.Name)}, {(several ? "seeds" : "seed")} {seeds}</h2>\n"
            + ResultSection.Of(group)
            + WarningSection.Of(group)
            + CurveSection.Of(group, id)
            + string.Concat(group.Runs.Select(one => ConfusionSection.Of(one, several)))
            + string.Concat(group.Runs.Select((one, i) => PictureSection.Of(one, several, $"{id}-{i}")))
            + string.Concat(group.Runs.Select(one => RunDetails.Of(one, several)));
    }
}

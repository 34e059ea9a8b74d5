using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Cli.Pages;

/// <summary>Signs that the training of a run went wrong.</summary>
internal static class WarningSection
{
    /// <param name="group">The runs.</param>
    public static string Of(SeedGroup group)
    {
        var lines = group.Runs.SelectMany(one => one.Run.Warnings.Select(warning => Line(warning, one.Run.Spec.Seed, group))).ToList();
        return lines.Count == 0 ? "" : $"<h3>Warnings</h3>\n<ul class=\"warnings\">\n{string.Concat(lines)}</ul>\n";
    }

    private static string Line(TrainingWarning warning, long seed, SeedGroup group) =>
        $"<li>{(group.Runs.Count > 1 ? $"seed {seed}, " : "")}{Html.Text(warning.Stage)}, "
        + $"step {warning.Step}: {Html.Text(warning.Text)}</li>\n";
}

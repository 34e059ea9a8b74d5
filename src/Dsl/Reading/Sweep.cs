using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>What a file declares: one experiment, or with a <c>matrix:</c> one for each combination of its values.</summary>
/// <param name="Name">The file's <c>name</c>: that of the sweep as a whole.</param>
/// <param name="Cells">The experiments, in the order of the matrix; one without settings where there is no matrix.</param>
/// <param name="Report">The table or figure that is made of their results.</param>
public sealed record Sweep(string Name, Sequence<Cell> Cells, ReportSpec? Report)
{
    /// <summary>Whether the file has a matrix.</summary>
    public bool IsSweep => Cells.Any(static cell => cell.Settings.Count > 0);
}

/// <summary>One experiment of a sweep.</summary>
/// <param name="Spec">The experiment, named after the sweep and its settings.</param>
/// <param name="Settings">What the matrix set, in its order.</param>
public sealed record Cell(Spec Spec, Sequence<Setting> Settings)
{
    /// <summary>The text a key was set to, or null where the matrix does not set it for this experiment.</summary>
    public string? Find(string path) => Settings.FirstOrDefault(setting => setting.Path == path)?.Text;
}

/// <summary>A key of the matrix and the value of one experiment, as YAML writes it.</summary>
public sealed record Setting(string Path, string Text);

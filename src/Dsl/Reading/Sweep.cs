using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>What a file declares: one experiment, or with <c>matrix:</c> one for each combination of values.</summary>
/// <param name="Name">The file's <c>name</c>: that of the sweep as a whole.</param>
/// <param name="Cells">The experiments, in the order of the matrix; a single one without settings where there is no matrix.</param>
/// <param name="Report">The table or figure that is made of their results; null for none.</param>
public sealed record Sweep(string Name, Sequence<Cell> Cells, ReportSpec? Report)
{
    /// <summary>Whether the file has a matrix.</summary>
    public bool IsSweep => Cells.Any(static cell => cell.Settings.Count > 0);
}

/// <summary>One experiment of a sweep.</summary>
/// <param name="Spec">The experiment, named after the sweep and its settings.</param>
/// <param name="Settings">The settings of the matrix for this experiment, in the matrix's order.</param>
public sealed record Cell(Spec Spec, Sequence<Setting> Settings)
{
    /// <summary>The value that the matrix sets a key to, as text; null if it does not set the key for this experiment.</summary>
    public string? Find(string path) => Settings.FirstOrDefault(setting => setting.Path == path)?.Text;
}

/// <summary>A key of the matrix with its value for one experiment.</summary>
/// <param name="Path">The dotted key.</param>
/// <param name="Text">The value, as YAML writes it.</param>
public sealed record Setting(string Path, string Text);

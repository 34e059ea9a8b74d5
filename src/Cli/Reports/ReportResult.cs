using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>A number measured by finished experiments, in percent.</summary>
/// <param name="Value">A single result, or the best or the mean of several.</param>
/// <param name="Count">Number of finished experiments that it combines.</param>
/// <param name="Planned">Number of experiments that it combines once all are finished.</param>
/// <param name="Deviation">Standard deviation, if it is the mean of at least two experiments; else null.</param>
internal sealed record Measured(double Value, int Count, int Planned, double? Deviation = null);

/// <summary>The measured number and the paper's number, in percent; each null if there is none.</summary>
internal sealed record ReportEntry(Measured? Ours, double? Paper);

/// <summary>A result of a network with the settings that it depends on. It combines all experiments that agree in all of these.</summary>
/// <param name="Value">Name of the result, such as <c>finetuned</c>.</param>
/// <param name="Network">The network: the student if the result is of distillation, else the encoder.</param>
/// <param name="Rows">The settings that distinguish its row: first those of the network, then the others.</param>
/// <param name="Columns">The settings of its column.</param>
/// <param name="Plotted">The settings that the figure uses.</param>
/// <param name="Names">The paper's names of the method and the network; null if it gives none.</param>
/// <param name="Experiments">Positions of its experiments in the sweep.</param>
/// <param name="Entries">One entry per metric of the report.</param>
internal sealed record ReportResult(
    string Value,
    EncoderPlan Network,
    Sequence<Setting> Rows,
    Sequence<Setting> Columns,
    Sequence<Setting> Plotted,
    (string? Method, string? Network) Names,
    IReadOnlyList<int> Experiments,
    IReadOnlyList<ReportEntry> Entries
)
{
    /// <summary>
    /// Parameters of the network in millions, counted as in the paper: without head and classifier, but with the running statistics.
    /// </summary>
    public double Parameters => Network.Cost.Parameters.WithStatistics / 1e6;

    /// <summary>The text of a setting that the figure uses; null if the result does not depend on it.</summary>
    public string? Plot(string key) => Plotted.FirstOrDefault(setting => setting.Path == key)?.Text;
}

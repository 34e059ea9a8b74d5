using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>What finished experiments measured, in percent.</summary>
/// <param name="Value">One result, the best of several, or their mean.</param>
/// <param name="Count">How many experiments it is made of.</param>
/// <param name="Planned">How many it is made of when all are finished.</param>
/// <param name="Deviation">Standard deviation of those it is the mean of; null for fewer than two.</param>
internal sealed record Measured(double Value, int Count, int Planned, double? Deviation = null);

/// <summary>What was measured and what the paper gives, in percent.</summary>
internal sealed record ReportEntry(Measured? Ours, double? Paper);

/// <summary>One result of one network under the settings that it depends on: of one experiment, or of several that agree in all of this.</summary>
/// <param name="Value">Which result: <c>finetuned</c>.</param>
/// <param name="Network">The network that has it, which is the student where it is distilled.</param>
/// <param name="Rows">The settings that tell its row from others: those of the network, then the others.</param>
/// <param name="Columns">The settings of its column.</param>
/// <param name="Plotted">The settings that the figure asks for.</param>
/// <param name="Names">The paper's names of the method and the network, where it gives them.</param>
/// <param name="Experiments">Positions in the sweep of the experiments it is of.</param>
/// <param name="Entries">One for each of the report's measures.</param>
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
    /// <summary>Parameters of the network without head and classifier, in millions, running statistics included, as the paper counts them.</summary>
    public double Parameters => Network.Cost.Parameters.WithStatistics / 1e6;

    /// <summary>The text of a setting that the figure asks for; null where the result does not depend on it.</summary>
    public string? Plot(string key) => Plotted.FirstOrDefault(setting => setting.Path == key)?.Text;
}

using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Printing;

/// <summary>Estimates of time and memory as a table.</summary>
internal static class EstimateText
{
    private const double Giga = 1e9;

    /// <param name="stages">The stages, at least one.</param>
    public static string Table(IReadOnlyList<StageEstimate> stages)
    {
        var total = TimeSpan.FromSeconds(stages.Sum(static stage => stage.Time.TotalSeconds));
        return "on this machine, from steps that were measured; evaluation comes on top\n"
            + TextTable.Format(
                ["stage", "steps", "a step", "time", "memory"],
                [
                    .. stages.Select(static stage =>
                        new[]
                        {
                            stage.Stage,
                            stage.Steps.ToString(CultureInfo.InvariantCulture),
                            Seconds(stage.StepSeconds),
                            ProgressLine.Duration(stage.Time),
                            Memory(stage.Bytes),
                        }
                    ),
                    ["all", "", "", ProgressLine.Duration(total), Memory(stages.Max(static stage => stage.Bytes))],
                ]
            );
    }

    /// <summary>Time and memory of all stages in one line.</summary>
    public static string Line(IReadOnlyList<StageEstimate> stages)
    {
        var total = TimeSpan.FromSeconds(stages.Sum(static stage => stage.Time.TotalSeconds));
        return $"training takes about {ProgressLine.Duration(total)} and {Memory(stages.Max(static stage => stage.Bytes))} of memory here";
    }

    /// <summary>Seconds with three digits.</summary>
    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:G3} s");

    /// <summary>Bytes in gigabytes.</summary>
    public static string Memory(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:F2} GB");
}

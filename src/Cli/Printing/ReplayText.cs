using System.Globalization;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Cli.Printing;

/// <summary>A step that was taken again, in lines for a person.</summary>
internal static class ReplayText
{
    /// <param name="stage">Name of the stage.</param>
    /// <param name="step">The step.</param>
    /// <param name="points">The curves of the run.</param>
    public static string Of(string stage, ReplayedStep step, IReadOnlyList<MetricsPoint> points)
    {
        var own = points.Where(point => point.Stage == stage).ToList();
        return string.Join(
            '\n',
            Text($"{stage}, step {step.Step} of {step.Total}, taken again {Beginning(step)}"),
            Text($"loss {step.Loss:G6}, accuracy {ResultTable.Percent(step.Accuracy)}, learning rate {step.Rate:G4}"),
            Recorded(step, own),
            step.Fault is { } fault ? Found(fault) : Text($"all numbers are finite in steps {step.After + 1} to {step.Step}"),
            ""
        );
    }

    private static string Beginning(ReplayedStep step) =>
        step.After == 0 ? "from the beginning of the stage" : Text($"from the checkpoint after step {step.After}");

    private static string Recorded(ReplayedStep step, IReadOnlyList<MetricsPoint> points)
    {
        var at = points.FirstOrDefault(point => point.Step == step.Step);
        if (at is null || step.PointLoss is not { } mean)
        {
            var next = points.FirstOrDefault(point => point.Step > step.Step);
            return next is null
                ? "metrics.jsonl has no loss of this step"
                : Text($"metrics.jsonl has no loss of this step alone: its next point is at step {next.Step}");
        }

        var steps = Text($"mean loss since the point before: {mean:G9}, in metrics.jsonl {at.Loss:G9}");
        return mean.Equals(at.Loss)
            ? $"{steps}: the same"
            : $"{steps}: not the same; another processor, precision or program computes other digits";
    }

    private static string Found(NonFinite fault)
    {
        var name = fault.Name.Length > 0 ? $", {fault.Name}" : "";
        return Text($"first number that is not finite: {fault.Value} in step {fault.Step}, {fault.Where}{name}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

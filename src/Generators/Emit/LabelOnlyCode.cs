using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of the label-only baseline.</summary>
internal static class LabelOnlyCode
{
    private const string Network = "LabelOnlyNetwork";

    public static StageCode Of(Plan plan, LabelOnlyPlan stage)
    {
        var step = new StepCode(
            Name: "LabelOnlyStep",
            Summary: $"The label-only baseline: {stage.Rate.TotalSteps.Value} steps from scratch on {stage.Labels} labelled images.",
            Network,
            StepPlan.Of(plan, stage)
        );
        const string Summary = "The label-only baseline: the encoder and a classifier.";
        return new(
            [NetworkModules.Classifier(Network, Summary, plan.Encoder, "Encoder", plan.Data.Classes)],
            step,
            new(
                "labelOnly",
                "LabelOnlyBaseline.Of",
                [
                    step.Trainee,
                    "LabelOnlyStep.With",
                    $"rates: [{string.Join(", ", stage.Rates.Select(Literal.Of))}]",
                    "LabelOnlyStep.EvaluateEvery",
                    .. stage.OwnLabels ? [$"labels: {stage.Labels}"] : Array.Empty<string>(),
                ]
            )
        );
    }
}

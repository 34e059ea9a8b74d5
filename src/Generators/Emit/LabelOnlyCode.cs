using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of the label-only baseline.</summary>
internal static class LabelOnlyCode
{
    private const string Network = "LabelOnlyNetwork";

    public static StageCode Of(Plan plan, LabelOnlyPlan stage)
    {
        var step = Step(plan, stage);
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

    private static StepModel Step(Plan plan, LabelOnlyPlan stage) =>
        new()
        {
            Name = "LabelOnlyStep",
            Summary = $"The label-only baseline: {stage.Rate.TotalSteps.Value} steps from scratch on {stage.Labels} labelled images.",
            Network = Network,
            Batch = "LabelledBatch",
            Constants =
            [
                .. StepParts.Batch(stage.Batch, stage.Microbatch),
                StepParts.Constant("int", "TotalSteps", $"{stage.Rate.TotalSteps.Value}", stage.Rate.TotalSteps.From),
                .. stage.Rate.WarmupSteps is { Value: > 0 } warmup
                    ? [StepParts.Constant("int", "WarmupSteps", $"{warmup.Value}", warmup.From)]
                    : Array.Empty<string>(),
                StepParts.Constant("int", "EvaluateEvery", $"{stage.EvaluateEvery}"),
            ],
            Argument = new("double", "peakRate", "one of the learning rates that are tried", IsPeakRate: true),
            Input = LabelledParts.Labelled(plan, stage.Batch, stage.Augment),
            Loss = [("Tensor", "x"), ("Tensor", "labels")],
            LossBody = [LabelledParts.Logits(plan, Network), $"var loss = {StepParts.CrossEntropy(stage.LabelSmoothing)};"],
            LossResult = LabelledParts.LossResult,
            LossComment = "Cross-entropy of the labels.",
            Rate = StepParts.RateFrom(stage.Rate, "peakRate"),
            Update = StepParts.Update(stage.Optimizer),
            PartInputs = LabelledParts.PartOf(stage.Microbatch),
            PreparedCrops = LabelledParts.PreparedCrops(plan, stage.Augment),
        };
}

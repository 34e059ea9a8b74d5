namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of the label-only baseline.</summary>
internal static class LabelOnlyStepPlanner
{
    public static StepPlan Of(Plan plan, LabelOnlyPlan stage)
    {
        var reads = StepParts.ImagesAndLabels(plan, stage.Batch, stage.Augment);
        return new(
            Batch: BatchKind.Labelled,
            // The peak rate is an argument.
            Constants:
            [
                .. StepParts.Sizes(stage.Batch, stage.Microbatch, stage.Rate),
                new StepConstant.Whole("EvaluateEvery", stage.EvaluateEvery),
            ],
            Argument: StepArgument.PeakRate,
            Schedule: stage.Rate.Schedule,
            RunningVariance: plan.RunningVariance,
            Reads: reads,
            Learn: StepParts.Learn(
                reads,
                before: [],
                parts: [new PartInput.Read("x"), new PartInput.Read("labels")],
                stage.Microbatch,
                stage.Optimizer
            ),
            Loss: new(
                Inputs: ["x", "labels"],
                Passes: [new NetworkPass.Logits()],
                Objective: new ObjectivePlan.Labels(stage.LabelSmoothing),
                Returns: LossReturns.Statistics
            )
        )
        {
            Prepares = StepParts.Prepares(plan, stage.Augment),
            Carried = StepParts.Carried(stage.Optimizer),
        };
    }
}

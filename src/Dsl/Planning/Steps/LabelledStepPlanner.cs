namespace SimClrDsl.Planning.Steps;

/// <summary>Decides what the steps of fine-tuning and of the label-only baseline have in common.</summary>
internal static class LabelledStepPlanner
{
    /// <summary>
    /// The step that trains a whole network on augmented images and their labels. Its constants are the batch and the numbers of steps.
    /// </summary>
    public static StepPlan Of(Plan plan, ILabelledTrainingPlan stage)
    {
        var reads = StepParts.ImagesAndLabels(plan, stage.Batch, stage.Augment);
        return new(
            Batch: BatchKind.Labelled,
            Constants: [.. StepParts.Sizes(stage.Batch, stage.Microbatch, stage.Rate)],
            Argument: StepArgument.None,
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

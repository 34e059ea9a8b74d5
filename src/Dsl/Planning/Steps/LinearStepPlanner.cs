namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of linear evaluation.</summary>
internal static class LinearStepPlanner
{
    public static StepPlan Of(Plan plan, LinearPlan stage)
    {
        var reads = stage.Augment is { } views
            ? StepParts.ImagesAndLabels(plan, stage.Batch, views)
            : [new StepInput.Features(stage.Batch, plan.Encoder.Features), new StepInput.Labels(BatchPart.All, stage.Batch)];
        return new(
            Batch: stage.Augment is null ? BatchKind.Feature : BatchKind.Labelled,
            Constants: [.. StepParts.Sizes(stage.Batch, microbatch: null, stage.Rate), StepParts.PeakRate(stage.Rate)],
            Argument: stage.Augment is null ? StepArgument.None : StepArgument.Encoder,
            Schedule: stage.Rate.Schedule,
            RunningVariance: plan.RunningVariance,
            Reads: reads,
            Learn: StepParts.Learn(
                reads,
                before: stage.Augment is null ? [] : [new StepAction.Encode()],
                parts: [],
                microbatch: null,
                stage.Optimizer
            ),
            Loss: new(
                Inputs: ["h", "labels"],
                Passes: [new NetworkPass.Classifier(stage.Batch, plan.Data.Classes)],
                Objective: new ObjectivePlan.Labels(Smoothing: 0),
                Returns: LossReturns.SameStatistics
            )
        )
        {
            Prepares = stage.Augment is { } augment ? StepParts.Prepares(plan, augment) : [],
            Carried = StepParts.Carried(stage.Optimizer),
        };
    }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of distillation and of self-distillation.</summary>
internal static class TeachingStepPlanner
{
    public static StepPlan Of(Plan plan, DistillPlan stage)
    {
        var images = Images(plan, stage);
        return new(
            Batch: images.Batch,
            Constants: [.. StepParts.Sizes(stage.Batch, stage.Microbatch, stage.Rate), StepParts.PeakRate(stage.Rate)],
            Argument: StepArgument.Teacher,
            Schedule: stage.Rate.Schedule,
            RunningVariance: plan.RunningVariance,
            Reads: images.Reads,
            Learn: StepParts.Learn(
                images.Reads,
                before: [new StepAction.AskTeacher()],
                // The images, the teacher's answers on them, and what else was read.
                parts:
                [
                    new PartInput.Read("x"),
                    new PartInput.TeacherAnswers("x"),
                    .. images.Reads.Skip(1).Select(static input => new PartInput.Read(input.Name)),
                ],
                stage.Microbatch,
                stage.Optimizer
            ),
            Loss: new(
                Inputs: ["x", "target", .. images.Reads.Skip(1).Select(static input => input.Name)],
                Passes: [images.Pass],
                Objective: images.Objective,
                Returns: LossReturns.Statistics
            )
        )
        {
            Prepares = images.Prepares,
            Carried = StepParts.Carried(stage.Optimizer),
        };
    }

    /// <summary>What depends on which images the student learns from, and on which of their labels.</summary>
    private sealed record Taught(
        BatchKind Batch,
        Sequence<StepInput> Reads,
        Sequence<PreparedCrops> Prepares,
        NetworkPass Pass,
        ObjectivePlan Objective
    );

    private static Taught Images(Plan plan, DistillPlan stage) =>
        stage.LabelBatch > 0
            ? WithLabelsBeside(plan, stage)
            : new(
                Batch: stage.Images == DistillImages.Labelled ? BatchKind.Labelled : BatchKind.Unlabelled,
                Reads: stage.UsesLabels
                    ? StepParts.ImagesAndLabels(plan, stage.Batch, stage.Augment)
                    : [StepParts.OnlyImages(plan, stage.Batch, stage.Augment)],
                Prepares: StepParts.Prepares(plan, stage.Augment),
                Pass: new NetworkPass.Logits(),
                Objective: stage.UsesLabels ? BothTerms(stage, labelLogits: "logits") : new ObjectivePlan.Teacher(Answers(stage))
            );

    // Every step has labelled images in addition to the unlabelled ones, and both go through the network together.
    private static Taught WithLabelsBeside(Plan plan, DistillPlan stage)
    {
        var rows = stage.Microbatch ?? stage.Batch;
        var crop = StepParts.CropOf(stage.Augment);
        StepInput Read(string name, BatchPart of, int key, int count) =>
            new StepInput.Augmented(name, of, key, stage.Augment, StepParts.Images(plan, count));
        return new(
            Batch: BatchKind.Mixed,
            Reads:
            [
                Read("x", BatchPart.Unlabelled, key: 0, stage.Batch),
                Read("labelled", BatchPart.Labelled, key: 1, stage.LabelBatch),
                new StepInput.Labels(BatchPart.Labelled, stage.LabelBatch),
            ],
            Prepares: plan.Data.StaysEncoded
                ?
                [
                    new PreparedCrops.OfImages(BatchPart.Unlabelled, KeyIndex: 0, crop),
                    new PreparedCrops.OfImages(BatchPart.Labelled, KeyIndex: 1, crop),
                ]
                : [],
            Pass: new NetworkPass.LogitsOfBoth(rows, stage.LabelBatch * rows / stage.Batch),
            Objective: BothTerms(stage, labelLogits: "labelLogits")
        );
    }

    private static ObjectivePlan BothTerms(DistillPlan stage, string labelLogits) =>
        new ObjectivePlan.TeacherAndLabels(Answers(stage), stage.Alpha, Numbers.Rounded(1 - stage.Alpha), labelLogits);

    private static SoftAnswers Answers(DistillPlan stage) =>
        new(stage.Temperature, stage.TemperatureSquared ? Numbers.Rounded(stage.Temperature * stage.Temperature) : null);
}

using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of linear evaluation.</summary>
internal static class LinearCode
{
    public static StageCode Of(Plan plan, LinearPlan stage) => new([], Step(plan, stage), Wiring(plan, stage));

    private static Wiring Wiring(Plan plan, LinearPlan stage) =>
        new(
            "linear",
            stage.Augment is null ? "LinearEvaluation.OnFeatures" : "LinearEvaluation.OnViews",
            [
                PretrainCode.Encoder,
                $"() => Dense.Zeros(inputs: {plan.Encoder.Features}, classes: {plan.Data.Classes})",
                stage.Augment is null ? "LinearStep.Step" : "LinearStep.With",
                .. stage.Augment is { } views ? [$"views: \"{WordsOf(views)}\""] : Array.Empty<string>(),
            ]
        );

    // What the protocol of the result says of the images.
    private static string WordsOf(Sequence<AugmentOp> views) =>
        views.OfType<AugmentOp.AutoAugment>().Any() ? "crop, flip and AutoAugment" : "crop and flip";

    private static StepModel Step(Plan plan, LinearPlan stage)
    {
        var constants = StepParts.Constants(stage.Batch, microbatch: null, stage.Rate);
        var step = new StepModel
        {
            Name = "LinearStep",
            Summary = $"Linear evaluation: {stage.Epochs} epochs of {plan.Data.Bank} images under the frozen encoder.",
            Network = null,
            Batch = "FeatureBatch",
            Constants = constants,
            Input = new(
                [],
                [("h", "batch.Values", $"[{stage.Batch}, {plan.Encoder.Features}]"), LabelledParts.Labels("batch", stage.Batch)]
            ),
            Loss = [("Tensor", "h"), ("Tensor", "labels")],
            LossBody =
            [
                $"var logits = Dense.Forward(p, h); // [{stage.Batch}, {plan.Data.Classes}]",
                "var loss = Classification.CrossEntropy(logits, labels);",
            ],
            LossResult = $"new(loss, (s, new(loss.detach(), {LabelledParts.Accuracy})))",
            LossComment = "Cross-entropy of the labels.",
            Rate = StepParts.Rate(stage.Rate.Schedule),
            Update = StepParts.Update(stage.Optimizer),
        };
        return stage.Augment is not { } augment
            ? step
            : step with
            {
                Batch = "LabelledBatch",
                Argument = new("Frozen", "encoder", "a frozen encoder"),
                Input = LabelledParts.Labelled(plan, stage.Batch, augment),
                Inputs = ["var h = encoder.Infer(x);"],
                PreparedCrops = LabelledParts.PreparedCrops(plan, augment),
            };
    }
}

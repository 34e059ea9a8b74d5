using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of linear evaluation.</summary>
internal static class LinearCode
{
    public static StageCode Of(Plan plan, LinearPlan stage) =>
        new(
            [],
            new(
                Name: "LinearStep",
                Summary: $"Linear evaluation: {stage.Epochs} epochs of {plan.Data.Bank} images under the frozen encoder.",
                Network: null,
                StepPlan.Of(plan, stage)
            ),
            Wiring(plan, stage)
        );

    private static Wiring Wiring(Plan plan, LinearPlan stage)
    {
        var classifier = $"() => Dense.Zeros(inputs: {plan.Encoder.Features}, classes: {plan.Data.Classes})";
        return stage.Augment is { } views
            ? new(
                "linear",
                "LinearEvaluation.OnViews",
                [PretrainCode.Encoder, classifier, "LinearStep.With", $"views: \"{WordsOf(views)}\""]
            )
            : new("linear", "LinearEvaluation.OnFeatures", [PretrainCode.Encoder, classifier, "LinearStep.Step"]);
    }

    // What the protocol of the result says of the images.
    private static string WordsOf(Sequence<AugmentOp> views) =>
        views.OfType<AugmentOp.AutoAugment>().Any() ? "crop, flip and AutoAugment" : "crop and flip";
}

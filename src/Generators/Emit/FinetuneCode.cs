using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of fine-tuning.</summary>
internal static class FinetuneCode
{
    /// <summary>Name of the stage's variable in the experiment.</summary>
    public const string Variable = "finetuning";

    private const string Network = "FinetunedNetwork";

    public static StageCode Of(Plan plan, FinetunePlan stage)
    {
        var step = new StepCode(
            Name: "FinetuneStep",
            Summary: $"Fine-tuning from {Layer(stage.FromHeadLayer)}: {stage.Epochs} epochs of {plan.Data.Labels} labelled images.",
            Network,
            StepPlan.Of(plan, stage)
        );
        return new(
            [
                NetworkModules.Classifier(
                    name: Network,
                    summary: "What is fine-tuned: the encoder, the head up to the layer it is cut at, and a classifier.",
                    encoder: plan.Encoder,
                    encoderType: "Encoder",
                    classes: plan.Data.Classes,
                    head: (plan.Pretrain!.Head, stage.FromHeadLayer)
                ),
            ],
            step,
            new(Variable, "Finetuning.Of", [PretrainCode.Variable, "FinetuneStep.FromPretrained", step.Trainee, "FinetuneStep.Step"])
        );
    }

    private static string Layer(int layer) => layer == 0 ? "the encoder's output" : $"layer {layer} of the head";
}

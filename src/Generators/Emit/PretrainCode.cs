using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of contrastive pretraining.</summary>
internal static class PretrainCode
{
    /// <summary>Name of the stage's variable in the experiment.</summary>
    public const string Variable = "pretraining";

    /// <summary>Name of the variable of the frozen pretrained encoder in the experiment.</summary>
    public const string Encoder = "encoder";

    public static StageCode Of(Plan plan, PretrainPlan stage)
    {
        var step = new StepCode(
            Name: "PretrainStep",
            Summary: $"Contrastive pretraining (Eq. 1): {stage.Epochs} epochs of {plan.Data.Unlabelled} images, two views of each.",
            Network: "ContrastiveNetwork",
            StepPlan.Of(plan, stage)
        );
        return new(
            [
                .. stage.Head.Layers == 0 ? Array.Empty<Module>() : [NetworkModules.Head(stage.Head)],
                NetworkModules.Contrastive(plan.Encoder, stage.Head),
            ],
            step,
            stage.OnlineLayer is null
                ? new(Variable, "Pretraining.Of", [step.Trainee, "PretrainStep.Step"]) { After = FrozenEncoder(plan) }
                : new(Variable, "Pretraining.WithOnlineLinear", [step.Trainee, "PretrainStep.Step", "PretrainStep.Online"])
                {
                    After = FrozenEncoder(plan),
                }
        );
    }

    // The line that makes the encoder for stages that evaluate it.
    private static string? FrozenEncoder(Plan plan) =>
        plan.Knn is null && plan.Linear is null
            ? null
            : $"var {Encoder} = {Variable}.Frozen((p, s, x) => Encoder.Infer(p.Encoder, s.Encoder, x));";
}

using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of self-distillation.</summary>
internal static class SelfDistillCode
{
    /// <summary>Name of the stage's variable in the experiment.</summary>
    public const string Variable = "selfDistillation";

    private const string Network = "SelfDistilledNetwork";

    public static StageCode Of(Plan plan, SelfDistillPlan stage)
    {
        var step = new StepCode(
            "SelfDistillStep",
            TeachingCode.Summary("Self-distillation", plan, stage.Teaching),
            Network,
            StepPlan.Of(plan, stage)
        );
        const string Summary = "What is self-distilled: the encoder and a classifier.";
        return new(
            [NetworkModules.Classifier(Network, Summary, plan.Encoder, "Encoder", plan.Data.Classes)],
            step,
            TeachingCode.Wiring(Variable, "SelfDistillation", FinetuneCode.Variable, step, stage.Teaching)
        );
    }
}

using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of distillation.</summary>
internal static class DistillCode
{
    private const string Network = "StudentNetwork";

    public static StageCode Of(Plan plan, DistillPlan stage)
    {
        var step = new StepCode("DistillStep", TeachingCode.Summary("Distillation", plan, stage), Network, StepPlan.Of(plan, stage));
        const string Summary = "The student: an encoder and a classifier.";
        var encoder = HasEncoderOfItsOwn(plan, stage) ? "Student.Encoder" : "Encoder";
        var teacher = plan.SelfDistill is null ? FinetuneCode.Variable : SelfDistillCode.Variable;
        return new(
            [NetworkModules.Classifier(Network, Summary, stage.Student, encoder, plan.Data.Classes)],
            step,
            TeachingCode.Wiring("distillation", "Distillation", teacher, step, stage)
        );
    }

    /// <summary>Whether the student's encoder differs from the teacher's; an equal one is not emitted again.</summary>
    public static bool HasEncoderOfItsOwn(Plan plan, DistillPlan stage) => stage.Student != plan.Encoder;
}

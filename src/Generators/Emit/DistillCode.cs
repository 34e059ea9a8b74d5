using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;
using SimClrDsl.Specs;

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

    /// <summary>Whether the code of the student's encoder differs from the teacher's; equal code is not emitted again.</summary>
    public static bool HasEncoderOfItsOwn(Plan plan, DistillPlan stage) => StudentsOwn(plan, stage).Count > 0;

    /// <summary>
    /// The modules of the student's encoder that the teacher's does not have, in order; none if both are the same. Blocks that both have
    /// are the teacher's. The encoder, which is last, is the student's own even if it reads as the teacher's, since it joins other blocks.
    /// </summary>
    public static Sequence<Module> StudentsOwn(Plan plan, DistillPlan stage)
    {
        if (stage.Student == plan.Encoder)
        {
            return [];
        }

        var (teacher, student) = (NetworkModules.Encoder(plan.Encoder), NetworkModules.Encoder(stage.Student));
        var own = student.Where(module => !teacher.Contains(module)).ToList();
        var encoder = student[student.Count - 1];
        return own.Count == 0 || own.Contains(encoder) ? own.ToSequence() : [.. own, encoder];
    }
}

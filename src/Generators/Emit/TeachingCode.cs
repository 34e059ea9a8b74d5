using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Code that distillation and self-distillation share.</summary>
internal static class TeachingCode
{
    /// <summary>Summary of the step's class.</summary>
    public static string Summary(string title, Plan plan, DistillPlan stage)
    {
        var images = stage.Images == DistillImages.Labelled ? $"{plan.Data.Labels} labelled" : $"{plan.Data.Unlabelled} unlabelled";
        return $"{title} (Eq. {(stage.UsesLabels ? 3 : 2)}): {stage.Epochs} epochs of {images} images.";
    }

    /// <summary>The lines that create the stage; the function depends on the images that the student learns from.</summary>
    public static Wiring Wiring(string variable, string stages, string teacher, StepCode step, DistillPlan stage)
    {
        string[] arguments = [$"{teacher}.Frozen()", step.Trainee, $"{step.Name}.With"];
        return stage.Images == DistillImages.Labelled ? new(variable, $"{stages}.OnLabelled", arguments)
            : stage.LabelBatch > 0 ? new(variable, $"{stages}.WithLabels", [.. arguments, $"labelBatch: {stage.LabelBatch}"])
            : new(variable, $"{stages}.Of", arguments);
    }
}

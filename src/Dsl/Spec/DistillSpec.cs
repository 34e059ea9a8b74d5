namespace SimClrDsl;

/// <summary>Distillation of the fine-tuned network into a student (§2, Eq. 2 and 3).</summary>
public sealed record DistillSpec
{
    [Field("The student.")]
    public required StudentSpec Student { get; init; }

    [Field("Temperature of teacher and student; left out, 0.1 for a student like its teacher, else 1 (§3.1).", Min = 0, AboveMin = true)]
    public double? Temperature { get; init; }

    [Field("Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 1;

    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 400;

    [Field("Images a step.", Min = 2)]
    public int Batch { get; init; } = 4096;

    [Field("Augmentation; teacher and student see the same image.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, as for pretraining.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

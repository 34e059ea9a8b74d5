namespace SimClrDsl.Specs;

/// <summary>
/// Rule for the temperature of a distillation that does not set it. The paper gives two rules, which disagree for Table 2.
/// </summary>
public enum TemperatureRule
{
    /// <summary>0.1 for a student like its teacher, 1 for a smaller one (§3.1).</summary>
    Size,

    /// <summary>0.1 for a teacher that was fine-tuned, 1 for one that was distilled itself (App. F).</summary>
    Teacher,
}

/// <summary>The training images that a student learns from.</summary>
public enum DistillImages
{
    /// <summary>The unlabelled images, and for the label loss the labelled ones beside them (Eq. 3).</summary>
    All,

    /// <summary>Only the labelled images, on which both losses are computed (Table 2, second line).</summary>
    Labelled,
}

/// <summary>
/// Self-distillation of the fine-tuned network (§2, §3.1) into a student with the same encoder, a linear classifier and no projection head,
/// trained from scratch. In the paper the best students have a self-distilled teacher.
/// </summary>
public sealed record SelfDistillSpec
{
    /// <summary>Temperature of teacher and student (§3.1).</summary>
    [Field("Temperature of teacher and student (§3.1).", Min = 0, AboveMin = true, Max = 1e30)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>
    /// Whether the distillation loss is multiplied by the temperature's square, as the official notebook does and Eq. 2 does not.
    /// </summary>
    [Field("Whether the distillation loss is multiplied by the temperature's square, as the official notebook does and Eq. 2 does not.")]
    public bool TemperatureSquared { get; init; }

    /// <summary>Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.</summary>
    [Field("Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 1;

    /// <summary>Passes over the unlabelled images.</summary>
    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 400;

    /// <summary>Images per step; left out, 4096 or all images where there are fewer.</summary>
    [Field("Images per step; left out, 4096 or all images where there are fewer.", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    /// <summary>
    /// Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is that of the whole
    /// batch; batch norms see one microbatch, with its share of the labelled images beside it.
    /// </summary>
    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is "
            + "that of the whole batch; batch norms see one microbatch, with its share of the labelled images beside it.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    /// <summary>Augmentation; teacher and student see the same image.</summary>
    [Field("Augmentation; teacher and student see the same image.")]
    public CropFlipSpec Augment { get; init; } = new();

    /// <summary>Optimizer; left out, as for pretraining.</summary>
    [Field("Optimizer; left out, as for pretraining.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>
/// Distillation into a student (§2, Eq. 2 and 3). The teacher is the self-distilled network, or without self-distillation the fine-tuned
/// one.
/// </summary>
public sealed record DistillSpec
{
    /// <summary>The student.</summary>
    [Field("The student.")]
    public required StudentSpec Student { get; init; }

    /// <summary>Images that the student learns from: all, or the labelled ones alone (Table 2).</summary>
    [Field("Images that the student learns from: all, or the labelled ones alone (Table 2).")]
    public DistillImages Images { get; init; } = DistillImages.All;

    /// <summary>Temperature of teacher and student; left out, 0.1 or 1 by temperature_rule.</summary>
    [Field("Temperature of teacher and student; left out, 0.1 or 1 by temperature_rule.", Min = 0, AboveMin = true, Max = 1e30)]
    public double? Temperature { get; init; }

    /// <summary>
    /// Rule for a temperature that is left out: size, 0.1 for a student like its teacher, else 1 (§3.1); teacher, 0.1 for a fine-tuned
    /// teacher, else 1 (App. F).
    /// </summary>
    [Field(
        "Rule for a temperature that is left out: size, 0.1 for a student like its teacher, else 1 (§3.1); teacher, 0.1 "
            + "for a fine-tuned teacher, else 1 (App. F)."
    )]
    public TemperatureRule TemperatureRule { get; init; } = TemperatureRule.Size;

    /// <summary>
    /// Whether the distillation loss is multiplied by the temperature's square, as the official notebook does and Eq. 2 does not.
    /// </summary>
    [Field("Whether the distillation loss is multiplied by the temperature's square, as the official notebook does and Eq. 2 does not.")]
    public bool TemperatureSquared { get; init; }

    /// <summary>Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.</summary>
    [Field("Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 1;

    /// <summary>Passes over the unlabelled images.</summary>
    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 400;

    /// <summary>Images per step; left out, 4096 or all images where there are fewer.</summary>
    [Field("Images per step; left out, 4096 or all images where there are fewer.", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    /// <summary>
    /// Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is that of the whole
    /// batch; batch norms see one microbatch, with its share of the labelled images beside it.
    /// </summary>
    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, the whole batch. The gradient is "
            + "that of the whole batch; batch norms see one microbatch, with its share of the labelled images beside it.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    /// <summary>Augmentation; teacher and student see the same image.</summary>
    [Field("Augmentation; teacher and student see the same image.")]
    public CropFlipSpec Augment { get; init; } = new();

    /// <summary>Optimizer; left out, as for pretraining.</summary>
    [Field("Optimizer; left out, as for pretraining.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

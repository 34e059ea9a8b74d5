namespace SimClrDsl.Specs;

/// <summary>What decides the temperature of a distillation that does not say it; the paper has two rules, which differ for Table 2.</summary>
public enum TemperatureRule
{
    /// <summary>0.1 for a student like its teacher, 1 for a smaller one (§3.1).</summary>
    Size,

    /// <summary>0.1 for a teacher that was fine-tuned, 1 for one that was distilled itself (App. F).</summary>
    Teacher,
}

/// <summary>Images that a student learns from.</summary>
public enum DistillImages
{
    /// <summary>The unlabelled images, and for the label loss the labelled ones beside them (Eq. 3).</summary>
    All,

    /// <summary>The labelled images alone, both losses on the same ones (Table 2, second line).</summary>
    Labelled,
}

/// <summary>
/// Self-distillation of the fine-tuned network into one like it (§2, §3.1): the same encoder with a linear classifier and no projection
/// head, from scratch. The paper's best students are taught by its result.
/// </summary>
public sealed record SelfDistillSpec
{
    [Field("Temperature of teacher and student (§3.1).", Min = 0, AboveMin = true)]
    public double Temperature { get; init; } = 0.1;

    [Field("Multiplies the distillation loss by the temperature's square, as the official notebook does and Eq. 2 does not.")]
    public bool TemperatureSquared { get; init; }

    [Field("Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 1;

    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 400;

    [Field("Images a step; left out, 4096 or all images where there are fewer.", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, all of a step. The gradient is that of the whole batch; batch norms see one microbatch, with its share of the labelled images beside it.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    [Field("Augmentation; teacher and student see the same image.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, as for pretraining.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

/// <summary>Distillation of the self-distilled network, or of the fine-tuned one where there is none, into a student (§2, Eq. 2 and 3).</summary>
public sealed record DistillSpec
{
    [Field("The student.")]
    public required StudentSpec Student { get; init; }

    [Field("Images that the student learns from: all, or the labelled ones alone (Table 2).")]
    public DistillImages Images { get; init; } = DistillImages.All;

    [Field("Temperature of teacher and student; left out, 0.1 or 1 by temperature_rule.", Min = 0, AboveMin = true)]
    public double? Temperature { get; init; }

    [Field(
        "What decides a temperature left out: size, 0.1 for a student like its teacher, else 1 (§3.1); teacher, 0.1 for a fine-tuned teacher, else 1 (App. F)."
    )]
    public TemperatureRule TemperatureRule { get; init; } = TemperatureRule.Size;

    [Field("Multiplies the distillation loss by the temperature's square, as the official notebook does and Eq. 2 does not.")]
    public bool TemperatureSquared { get; init; }

    [Field("Weight of the distillation loss against the label loss (Eq. 3); 1 uses no labels.", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 1;

    [Field("Passes over the unlabelled images.", Min = 1)]
    public int Epochs { get; init; } = 400;

    [Field("Images a step; left out, 4096 or all images where there are fewer.", Min = 2, Max = 1e9)]
    public int? Batch { get; init; }

    [Field(
        "Images that go through the network at a time, a divisor of batch; left out, all of a step. The gradient is that of the whole batch; batch norms see one microbatch, with its share of the labelled images beside it.",
        Min = 2
    )]
    public int? Microbatch { get; init; }

    [Field("Augmentation; teacher and student see the same image.")]
    public CropFlipSpec Augment { get; init; } = new();

    [Field("Optimizer; left out, as for pretraining.")]
    public OptimizerSpec Optimizer { get; init; } = new();
}

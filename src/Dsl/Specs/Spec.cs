namespace SimClrDsl.Specs;

/// <summary>
/// One experiment as its author declared it: SimCLRv2's three steps (pretrain on unlabelled images, fine-tune on few labels, distil)
/// with their evaluations. A stage that is left out is not run. A field left at <c>null</c> is decided by the planner, by the
/// paper's rule for that stage and network; the plan shows what it decided.
/// </summary>
public sealed record Spec
{
    [Field("Name of the experiment: letters, digits and hyphens, starting with a letter.")]
    public required string Name { get; init; }

    [Field("Seed of every random number: initial weights, order, augmentation, label subset.", Min = 0)]
    public int Seed { get; init; } = 1;

    [Field(
        "Type the network computes in; parameters, losses and updates are float32. tf32 is float32 that a GPU may round as it multiplies."
    )]
    public Precision Precision { get; init; } = Precision.Auto;

    [Field("Variance that batch norms keep for inference; left out, biased, as the reference's batch norm over all replicas.")]
    public RunningVariance? RunningVariance { get; init; }

    [Field(
        "Settings that the paper leaves open or that differ from it: their keys, each with the reason for it. The plan and the report show them."
    )]
    public Sequence<OwnChoice> Ours { get; init; } = [];

    [Field("Images and labels.")]
    public required DataSpec Data { get; init; }

    [Field("The network whose representation is learned (§3.2).")]
    public required EncoderSpec Encoder { get; init; }

    [Field("Step 1: contrastive pretraining on unlabelled images (§2).")]
    public PretrainSpec? Pretrain { get; init; }

    [Field("Measurements of the pretrained encoder, and the baseline without pretraining.")]
    public EvaluateSpec? Evaluate { get; init; }

    [Field("Step 2: fine-tuning on the labelled images (§2).")]
    public FinetuneSpec? Finetune { get; init; }

    [Field("Between steps 2 and 3: self-distillation, whose result then teaches in place of the fine-tuned network (§2, §3.1).")]
    public SelfDistillSpec? SelfDistill { get; init; }

    [Field("Step 3: distillation into a student with unlabelled images (§2, Eq. 2 and 3).")]
    public DistillSpec? Distill { get; init; }
}

/// <summary>Type the network computes in.</summary>
public enum Precision
{
    /// <summary>bf16 on a GPU, and on a processor where it trains this network faster than float32, which is measured; else float32.</summary>
    Auto,
    Float32,

    /// <summary>float32 whose products and convolutions a GPU may compute from factors of 10 bits; on a CPU, float32.</summary>
    Tf32,
    Bf16,
}

/// <summary>Variance that batch norms keep for inference; training normalises by the biased one either way.</summary>
public enum RunningVariance
{
    /// <summary>Divided by N, as the reference's batch norm over all replicas keeps it.</summary>
    Biased,

    /// <summary>Divided by N − 1, as PyTorch and TensorFlow's fused batch norm keep it.</summary>
    Unbiased,
}

namespace SimClrDsl.Specs;

/// <summary>
/// One experiment as its author declared it: SimCLRv2's three steps (pretrain on unlabelled images, fine-tune on few labels, distil) with
/// their evaluations. A stage that is left out is not run. For a field that is left at <c>null</c>, the planner follows the paper's rule
/// for that stage and network; the plan shows which value it chose.
/// </summary>
public sealed record Spec
{
    /// <summary>Name of the experiment: letters, digits and hyphens, starting with a letter.</summary>
    [Field("Name of the experiment: letters, digits and hyphens, starting with a letter.")]
    public required string Name { get; init; }

    /// <summary>Seed of every random number: initial weights, order, augmentation, label subset.</summary>
    [Field("Seed of every random number: initial weights, order, augmentation, label subset.", Min = 0)]
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Number type that the network computes in; parameters, losses and updates are float32. tf32 is float32 whose factors a GPU may round
    /// before it multiplies them.
    /// </summary>
    [Field(
        "Number type that the network computes in; parameters, losses and updates are float32. tf32 is float32 whose "
            + "factors a GPU may round before it multiplies them."
    )]
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>
    /// Variance that batch norms keep for inference; left out, biased, as in the reference's batch norm over all replicas.
    /// </summary>
    [Field("Variance that batch norms keep for inference; left out, biased, as in the reference's batch norm over all replicas.")]
    public RunningVariance? RunningVariance { get; init; }

    /// <summary>
    /// Settings that the paper leaves open or that differ from it: their keys, each with the reason for it. The plan and the report show
    /// them.
    /// </summary>
    [Field(
        "Settings that the paper leaves open or that differ from it: their keys, each with the reason for it. The plan "
            + "and the report show them."
    )]
    public Sequence<OwnChoice> Ours { get; init; } = [];

    /// <summary>Images and labels.</summary>
    [Field("Images and labels.")]
    public required DataSpec Data { get; init; }

    /// <summary>The network whose representation is learned (§3.2).</summary>
    [Field("The network whose representation is learned (§3.2).")]
    public required EncoderSpec Encoder { get; init; }

    /// <summary>Step 1: contrastive pretraining on unlabelled images (§2).</summary>
    [Field("Step 1: contrastive pretraining on unlabelled images (§2).")]
    public PretrainSpec? Pretrain { get; init; }

    /// <summary>Measurements of the pretrained encoder, and the baseline without pretraining.</summary>
    [Field("Measurements of the pretrained encoder, and the baseline without pretraining.")]
    public EvaluateSpec? Evaluate { get; init; }

    /// <summary>Step 2: fine-tuning on the labelled images (§2).</summary>
    [Field("Step 2: fine-tuning on the labelled images (§2).")]
    public FinetuneSpec? Finetune { get; init; }

    /// <summary>
    /// Between steps 2 and 3: self-distillation, whose result then teaches in place of the fine-tuned network (§2, §3.1).
    /// </summary>
    [Field("Between steps 2 and 3: self-distillation, whose result then teaches in place of the fine-tuned network (§2, §3.1).")]
    public SelfDistillSpec? SelfDistill { get; init; }

    /// <summary>Step 3: distillation into a student with unlabelled images (§2, Eq. 2 and 3).</summary>
    [Field("Step 3: distillation into a student with unlabelled images (§2, Eq. 2 and 3).")]
    public DistillSpec? Distill { get; init; }
}

/// <summary>Number type that the network computes in.</summary>
public enum Precision
{
    /// <summary>bf16 on a GPU, and on a CPU if a measurement shows that it trains this network faster; otherwise float32.</summary>
    Auto,

    /// <summary>float32, with full precision in every product.</summary>
    Float32,

    /// <summary>float32 whose factors a GPU may round to 10 bits of mantissa in products and convolutions; on a CPU, float32.</summary>
    Tf32,

    /// <summary>bfloat16, on any device.</summary>
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

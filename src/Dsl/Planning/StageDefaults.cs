using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Default settings of a stage, for what its spec leaves out.</summary>
/// <param name="Lr">Base learning rate.</param>
/// <param name="WeightDecay">Weight decay.</param>
/// <param name="Warmup">Warm-up, in epochs or as a share of the stage.</param>
/// <param name="UsesSgd">Whether the default optimizer is SGD; otherwise it is LARS.</param>
internal sealed record StageDefaults(double Lr, double WeightDecay, Amount Warmup, bool UsesSgd = false)
{
    /// <summary>Default batch of stages that see all images (§3.1); smaller where there are fewer images.</summary>
    public const int LargeBatch = 4096;

    /// <summary>Pretraining and distillation (§3.1).</summary>
    public static StageDefaults Unlabelled { get; } = new(Lr: 0.1, WeightDecay: 1e-4, Warmup: Amount.Percent(5));

    /// <summary>Linear evaluation, by the recipe in the reference's README: weight decay 1e-6 on ImageNet, none on small images.</summary>
    public static StageDefaults Linear(DataPlan data) =>
        new(Lr: 0.1, WeightDecay: data.Source == DataSource.Imagenet ? 1e-6 : 0, Warmup: 0, UsesSgd: true);

    /// <summary>The label-only baseline.</summary>
    public static StageDefaults LabelOnly { get; } = new(Lr: 0.1, WeightDecay: 1e-4, Warmup: 0, UsesSgd: true);

    /// <summary>Fine-tuning: a smaller rate for networks that are wide or have selective kernels (§3.1).</summary>
    public static StageDefaults Finetune(EncoderPlan encoder) =>
        new(Lr: encoder.Width > 1 || encoder.SelectiveKernel ? 0.002 : 0.005, WeightDecay: 0, Warmup: 0);
}

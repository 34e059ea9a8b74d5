using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>What a stage uses where the spec says nothing.</summary>
internal sealed record StageDefaults(double Lr, double WeightDecay, Amount Warmup, bool UsesSgd = false)
{
    /// <summary>Images a step of stages that see all images, where there are so many and the spec leaves it open (§3.1).</summary>
    public const int LargeBatch = 4096;

    /// <summary>Pretraining and distillation (§3.1).</summary>
    public static StageDefaults Unlabelled { get; } = new(Lr: 0.1, WeightDecay: 1e-4, Warmup: Amount.Percent(5));

    /// <summary>Linear evaluation, by the README's recipe: decay 1e-6 on ImageNet, none on small images.</summary>
    public static StageDefaults Linear(DataPlan data) =>
        new(Lr: 0.1, WeightDecay: data.Source == DataSource.Imagenet ? 1e-6 : 0, Warmup: 0, UsesSgd: true);

    /// <summary>The supervised baseline.</summary>
    public static StageDefaults Supervised { get; } = new(Lr: 0.1, WeightDecay: 1e-4, Warmup: 0, UsesSgd: true);

    /// <summary>Fine-tuning: a smaller rate for networks that are wide or have selective kernels (§3.1).</summary>
    public static StageDefaults Finetune(EncoderPlan encoder) =>
        new(Lr: encoder.Width > 1 || encoder.SelectiveKernel ? 0.002 : 0.005, WeightDecay: 0, Warmup: 0);
}

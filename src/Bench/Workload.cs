using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>What all contenders do: pretraining by one plan.</summary>
/// <param name="Spec">Of the whole loop.</param>
internal sealed record Workload(Spec Spec)
{
    private const int QuickBatch = 32;

    // Of a network without bottlenecks: the smallest width with 16 input channels in every strided 1×1 convolution. With fewer, oneDNN
    // writes past its buffers, which ends the peers sooner or later; ours goes round that (Convolution.cs).
    private const double QuickWidth = 0.25;

    public Plan Plan { get; } = Plan.Of(Spec);

    public PretrainPlan Pretrain => Plan.Pretrain!;

    /// <summary>
    /// The step alone: the same network, loss and optimizer generated from a spec without augmentation, whose one crop takes the views that
    /// lie ready.
    /// </summary>
    public Spec StepSpec =>
        Spec with
        {
            Name = $"{Spec.Name}-step",
            Pretrain = Spec.Pretrain! with
            {
                Augment = new()
                {
                    Crop = new(1, 1),
                    Flip = 0,
                    Colour = null,
                    Grayscale = 0,
                    Blur = 0,
                },
            },
        };

    /// <summary>A workload as it is asked for.</summary>
    /// <returns>The workload; an error if the spec is none that the peers can follow.</returns>
    public static LanguageExt.Either<InputError, Workload> Of(Spec spec, Precision precision, int? batch, bool quick)
    {
        var small = quick ? Quick(spec) : spec;
        var workload = new Workload(
            small with
            {
                Precision = precision,
                Pretrain = small.Pretrain! with { Batch = batch ?? small.Pretrain.Batch },
            }
        );
        return
            workload.Plan.Pretrain is { Optimizer: OptimizerPlan.Lars, Memory: null, Rate.Schedule: Schedule.Constant, OnlineLayer: null }
            ? workload
            : new InputError(
                $"workload '{spec.Name}' is none that the peers can follow: pretraining by LARS at a constant rate, without a memory."
            );
    }

    // As small as a smoke run, but without an end. A batch norm over few values would make of every rounding another training.
    private static Spec Quick(Spec spec)
    {
        var smoke = spec.Smoke(ownImages: false);
        return smoke with
        {
            Name = spec.Name,
            Encoder = smoke.Encoder.ResNet < 50 ? smoke.Encoder with { Width = QuickWidth } : smoke.Encoder,
            Pretrain = smoke.Pretrain! with { Epochs = spec.Pretrain!.Epochs, Batch = QuickBatch },
        };
    }
}

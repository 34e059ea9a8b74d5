using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Decides the stages: what the spec leaves open is filled in by the paper's rule for the stage and the network (§3.1).</summary>
internal static class StagePlanner
{
    /// <summary>Images a step of stages that see all images, where there are so many and the spec leaves it open (§3.1).</summary>
    internal const int LargeBatch = 4096;

    /// <summary>The same for fine-tuning.</summary>
    internal const int FinetuneBatch = 1024;

    // Of the supervised baseline that is given in steps.
    private const int SupervisedBatch = 64;
    internal const int SupervisedSteps = 1000;
    private const int SupervisedEvaluations = 200;

    public static Plan Plan(Spec spec)
    {
        var images = DataPlan.Of(spec.Data);
        var data = images with
        {
            LabelSeed = images.LabelSeed == spec.Seed ? null : images.LabelSeed,
            On = spec.Evaluate?.On ?? EvaluateOn.Test,
        };
        var encoder = EncoderPlan.Of(spec.Encoder, data.Channels, data.Side);
        return new(
            spec.Name,
            spec,
            data,
            encoder,
            spec.Pretrain is { } pretrain ? PlanPretrain(pretrain, data, encoder) : null,
            spec.Evaluate?.Knn is { } knn ? new(knn.K, knn.Temperature) : null,
            spec.Evaluate?.Linear is { } linear ? PlanLinear(linear, data) : null,
            spec.Evaluate?.Supervised is { } supervised ? PlanLabelOnly(supervised, data) : null,
            spec.Finetune is { } finetune ? PlanFinetune(finetune, data, encoder, spec.Pretrain?.Head) : null,
            spec.SelfDistill is { } selfDistill ? PlanSelfDistill(selfDistill, data, encoder) : null,
            spec.Distill is { } distill ? PlanDistill(distill, data, encoder, spec.SelfDistill is null) : null
        );
    }

    private static PretrainPlan PlanPretrain(PretrainSpec spec, DataPlan data, EncoderPlan encoder)
    {
        var defaults = StageDefaults.Unlabelled;
        return new(
            HeadPlan.Of(spec.Head, encoder.Features),
            spec.Epochs,
            spec.Batch,
            spec.Microbatch,
            spec.Temperature,
            spec.LossScale,
            MemoryPlan.Of(spec.Memory, data.Source),
            spec.OnlineLinear?.FromHeadLayer,
            PlanView(spec.Augment, data),
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Unlabelled, spec.Epochs, spec.Batch)
        );
    }

    private static Sequence<AugmentOp> PlanView(AugmentSpec spec, DataPlan data)
    {
        var ops = new List<AugmentOp> { new AugmentOp.Crop(data.Side, spec.Crop, spec.Flip) };
        if (spec.Colour is { Strength: > 0, Probability: > 0 } colour)
        {
            ops.Add(new AugmentOp.Colour(colour.Strength, colour.Probability, colour.Brightness));
        }

        // A grey image has no colour to lose.
        if (data.Channels == 3 && spec.Grayscale > 0)
        {
            ops.Add(new AugmentOp.Chance(ChanceOperation.Grayscale, spec.Grayscale));
        }

        ops.Add(new AugmentOp.Clip());
        (ChanceOperation Operation, double Probability)[] chances =
        [
            (ChanceOperation.Equalize, spec.Equalize),
            (ChanceOperation.Solarize, spec.Solarize),
            (ChanceOperation.Sobel, spec.Sobel),
            (ChanceOperation.Blur, spec.Blur),
        ];
        ops.AddRange(
            chances
                .Where(static chance => chance.Probability > 0)
                .Select(static chance => new AugmentOp.Chance(chance.Operation, chance.Probability))
        );
        return ops.ToSequence();
    }

    private static LinearPlan PlanLinear(LinearSpec spec, DataPlan data)
    {
        var defaults = StageDefaults.Linear(data);
        var batch = Batch(spec, data);
        return new(
            spec.Epochs,
            batch,
            spec.Augment is { } augment ? PlanCrop(augment, data) : null,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Bank, spec.Epochs, batch)
        );
    }

    private static LabelOnlyPlan PlanLabelOnly(SupervisedSpec spec, DataPlan data)
    {
        var labels = SupervisedLabels(spec, data);
        var batch = Batch(spec, labels);
        var defaults = StageDefaults.Supervised;
        var rate = spec.Epochs is { } epochs
            ? OptimizerPlanner.Rate(spec.Optimizer, defaults, labels, epochs, batch)
            : OptimizerPlanner.RateOfSteps(spec.Optimizer, defaults, labels, spec.Steps ?? SupervisedSteps, batch);
        return new(
            labels,
            spec.Labels is not null,
            spec.Epochs,
            batch,
            spec.Microbatch,
            rate,
            spec.LearningRates ?? (spec.Epochs is null ? [0.03, 0.1, 0.3] : [rate.Peak.Value]),
            spec.EvaluateEvery ?? (spec.Epochs is null ? Math.Min(SupervisedEvaluations, rate.TotalSteps.Value) : rate.TotalSteps.Value),
            PlanCrop(spec.Augment, data),
            spec.LabelSmoothing,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults)
        );
    }

    /// <summary>Images that the supervised baseline learns from.</summary>
    internal static int SupervisedLabels(SupervisedSpec spec, DataPlan data) =>
        spec.Labels is { } own ? own.CountOf(data.NotHeldOut) : data.Labels;

    /// <summary>Images a step of each stage, where the spec leaves it open.</summary>
    internal static int Batch(LinearSpec spec, DataPlan data) => spec.Batch ?? Math.Min(LargeBatch, data.Bank);

    /// <inheritdoc cref="Batch(LinearSpec, DataPlan)"/>
    internal static int Batch(SupervisedSpec spec, int labels) =>
        spec.Batch ?? Math.Min(spec.Epochs is null ? SupervisedBatch : LargeBatch, labels);

    /// <inheritdoc cref="Batch(LinearSpec, DataPlan)"/>
    internal static int Batch(FinetuneSpec spec, DataPlan data) => spec.Batch ?? Math.Min(FinetuneBatch, data.Labels);

    /// <inheritdoc cref="Batch(LinearSpec, DataPlan)"/>
    internal static int Batch(SelfDistillSpec spec, DataPlan data) => spec.Batch ?? Math.Min(LargeBatch, data.Unlabelled);

    /// <inheritdoc cref="Batch(LinearSpec, DataPlan)"/>
    internal static int Batch(DistillSpec spec, DataPlan data) => spec.Batch ?? Math.Min(LargeBatch, Images(spec.Images, data));

    /// <summary>Images that a student learns from.</summary>
    internal static int Images(DistillImages images, DataPlan data) => images == DistillImages.All ? data.Unlabelled : data.Labels;

    /// <summary>Labelled images of a step that lie beside its unlabelled ones (Eq. 3).</summary>
    internal static int LabelBatch(DistillImages images, double alpha, int batch, DataPlan data) =>
        alpha < 1 && images == DistillImages.All ? Math.Min(batch, data.Labels) : 0;

    /// <summary>60 epochs up to 1 % labels, else 30 (§3.1), where the spec leaves it open.</summary>
    internal static int FinetuneEpochs(FinetuneSpec spec, DataPlan data) =>
        spec.Epochs ?? (data.Labels * 100L <= data.NotHeldOut ? 60 : 30);

    /// <summary>Head layer that the classifier of fine-tuning sits on: without all labels the first, where the head has a hidden one (§3.1).</summary>
    internal static int FromHeadLayer(FinetuneSpec spec, DataPlan data, HeadSpec? head) =>
        spec.FromHeadLayer ?? (data.Labels < data.NotHeldOut && head is not { Layers: < 2 } ? 1 : 0);

    private static FinetunePlan PlanFinetune(FinetuneSpec spec, DataPlan data, EncoderPlan encoder, HeadSpec? head)
    {
        var (epochs, batch) = (FinetuneEpochs(spec, data), Batch(spec, data));
        var defaults = StageDefaults.Finetune(encoder);
        return new(
            FromHeadLayer(spec, data, head),
            spec.Freeze,
            spec.FrozenBatchNorm ?? FrozenBatchNorm.Inference,
            spec.FreezeHead,
            epochs,
            batch,
            spec.Microbatch,
            PlanCrop(spec.Augment, data),
            spec.LabelSmoothing,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Labels, epochs, batch)
        );
    }

    // The student is the teacher's encoder without its head.
    private static DistillPlan PlanSelfDistill(SelfDistillSpec spec, DataPlan data, EncoderPlan encoder) =>
        PlanTaught(
            data,
            encoder,
            DistillImages.All,
            spec.Temperature,
            spec.TemperatureSquared,
            spec.Alpha,
            spec.Epochs,
            Batch(spec, data),
            spec.Microbatch,
            spec.Augment,
            spec.Optimizer
        );

    private static DistillPlan PlanDistill(DistillSpec spec, DataPlan data, EncoderPlan teacher, bool fineTunedTeacher)
    {
        var student = EncoderPlan.Of(spec.Student.ToEncoder(), data.Channels, data.Side);
        var sharp = spec.TemperatureRule == TemperatureRule.Size ? student.ComputesAs(teacher) : fineTunedTeacher;
        var temperature = spec.Temperature ?? (sharp ? 0.1 : 1.0);
        return PlanTaught(
            data,
            student,
            spec.Images,
            temperature,
            spec.TemperatureSquared,
            spec.Alpha,
            spec.Epochs,
            Batch(spec, data),
            spec.Microbatch,
            spec.Augment,
            spec.Optimizer
        );
    }

    private static DistillPlan PlanTaught(
        DataPlan data,
        EncoderPlan student,
        DistillImages images,
        double temperature,
        bool temperatureSquared,
        double alpha,
        int epochs,
        int batch,
        int? microbatch,
        CropFlipSpec augment,
        OptimizerSpec optimizer
    )
    {
        var defaults = StageDefaults.Unlabelled;
        var count = Images(images, data);
        return new(
            student,
            images,
            temperature,
            temperatureSquared,
            alpha,
            epochs,
            batch,
            microbatch,
            LabelBatch(images, alpha, batch, data),
            PlanCrop(augment, data),
            OptimizerPlanner.Optimizer(optimizer, defaults),
            OptimizerPlanner.Rate(optimizer, defaults, count, epochs, batch)
        );
    }

    private static Sequence<AugmentOp> PlanCrop(CropFlipSpec spec, DataPlan data) =>
        [
            new AugmentOp.Crop(data.Side, spec.Crop, spec.Flip),
            new AugmentOp.Clip(),
            .. spec.AutoAugment is { } policy ? [new AugmentOp.AutoAugment(policy)] : Array.Empty<AugmentOp>(),
        ];
}

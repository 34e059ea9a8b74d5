namespace SimClrDsl.Planning;

/// <summary>Decides the stages: what the spec leaves open is filled in by the paper's rule for the stage and the network (§3.1).</summary>
internal static class StagePlanner
{
    public static Plan Plan(Spec spec)
    {
        var data = DataPlan.Of(spec.Data);
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
            spec.Distill is { } distill ? PlanDistill(distill, data, encoder) : null
        );
    }

    private static PretrainPlan PlanPretrain(PretrainSpec spec, DataPlan data, EncoderPlan encoder)
    {
        var defaults = new StageDefaults(Lr: 0.1, WeightDecay: 1e-4, Warmup: Amount.Percent(5));
        return new(
            HeadPlan.Of(spec.Head, encoder.Features),
            spec.Epochs,
            spec.Batch,
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
            ops.Add(new AugmentOp.Colour(colour.Strength, colour.Probability));
        }

        // A grey image has no colour to lose.
        if (spec.Grayscale > 0 && data.Channels == 3)
        {
            ops.Add(new AugmentOp.Grayscale(spec.Grayscale));
        }

        if (spec.Blur > 0)
        {
            ops.Add(new AugmentOp.Blur(spec.Blur));
        }

        return ops.ToSequence();
    }

    private static LinearPlan PlanLinear(LinearSpec spec, DataPlan data)
    {
        // The README's recipe: decay 1e-6 on ImageNet, none on small images.
        var defaults = new StageDefaults(Lr: 0.1, WeightDecay: data.Source == DataSource.Imagenet ? 1e-6 : 0, Warmup: 0, UsesSgd: true);
        return new(
            spec.Epochs,
            spec.Batch,
            spec.Augment is { } augment ? PlanCrop(augment, data) : null,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Unlabelled, spec.Epochs, spec.Batch)
        );
    }

    private static LabelOnlyPlan PlanLabelOnly(SupervisedSpec spec, DataPlan data) =>
        new(
            spec.Batch,
            spec.Steps,
            spec.LearningRates,
            spec.EvaluateEvery,
            PlanCrop(spec.Augment, data),
            new OptimizerPlan.Sgd(Momentum: 0.9, Nesterov: true, spec.WeightDecay)
        );

    /// <summary>60 epochs up to 1 % labels, else 30 (§3.1), where the spec leaves it open.</summary>
    internal static int FinetuneEpochs(FinetuneSpec spec, DataPlan data) =>
        spec.Epochs ?? (data.Labels * 100L <= data.TrainImages ? 60 : 30);

    private static FinetunePlan PlanFinetune(FinetuneSpec spec, DataPlan data, EncoderPlan encoder, HeadSpec? head)
    {
        var share = (double)data.Labels / data.TrainImages;
        var epochs = FinetuneEpochs(spec, data);
        var lr = encoder.Width > 1 || encoder.SelectiveKernel ? 0.002 : 0.005;
        var defaults = new StageDefaults(Lr: lr, WeightDecay: 0, Warmup: 0);
        return new(
            spec.FromHeadLayer ?? (share < 1 && head is not { Layers: < 2 } ? 1 : 0),
            epochs,
            spec.Batch,
            PlanCrop(spec.Augment, data),
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Labels, epochs, spec.Batch)
        );
    }

    private static DistillPlan PlanDistill(DistillSpec spec, DataPlan data, EncoderPlan teacher)
    {
        var student = EncoderPlan.Of(spec.Student.ToEncoder(), data.Channels, data.Side);
        var defaults = new StageDefaults(Lr: 0.1, WeightDecay: 1e-4, Warmup: Amount.Percent(5));
        return new(
            student,
            spec.Temperature ?? (student == teacher ? 0.1 : 1.0),
            spec.Alpha,
            spec.Epochs,
            spec.Batch,
            LabelBatch: spec.Alpha < 1 ? Math.Min(spec.Batch, data.Labels) : 0,
            PlanCrop(spec.Augment, data),
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Unlabelled, spec.Epochs, spec.Batch)
        );
    }

    private static AugmentOp.Crop PlanCrop(CropFlipSpec spec, DataPlan data) => new(data.Side, spec.Crop, spec.Flip);
}

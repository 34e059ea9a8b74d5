namespace SimClrDsl.Planning;

/// <summary>What a stage asks of a machine.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Steps">Steps of all its trainings; 0 for a stage that trains nothing.</param>
/// <param name="MultiplyAdds">
/// Multiply-adds of the whole stage: backward counts twice the forward pass, and recomputed blocks and microbatches once more.
/// </param>
/// <param name="StateBytes">
/// Memory that a step takes whatever its activations, in float32: weights, gradients, momentum and what else the optimizer carries, and where
/// there are microbatches the whole batch's images.
/// </param>
/// <param name="AtOnce">Images, or views of them, that go through the network at a time: a batch's or a microbatch's.</param>
/// <param name="KeptBytes">What one of them keeps for the backward pass, in float32.</param>
public sealed record StageCost(string Stage, long Steps, double MultiplyAdds, double StateBytes, double AtOnce, double KeptBytes)
{
    private const int ForwardAndBackward = 3;
    private const int WeightsGradientsMomentum = 3;

    /// <summary>Kept for the backward pass of a batch or of a microbatch, in float32.</summary>
    public double ActivationBytes => AtOnce * KeptBytes;

    /// <summary>Memory of a step.</summary>
    public double Bytes => StateBytes + ActivationBytes;

    /// <summary>The cost of each stage of a plan, in the order of a run.</summary>
    public static IEnumerable<StageCost> Of(Plan plan)
    {
        var encoder = plan.Encoder.Cost;
        if (plan.Pretrain is { } pretrain)
        {
            yield return Pretraining(plan.Encoder, pretrain);
        }

        if (plan.Linear is { } linear)
        {
            // The encoder is frozen: forward only, once for each image where images are not augmented.
            var images = linear.Augment is null ? plan.Data.Bank : (double)linear.Rate.TotalSteps.Value * linear.Batch;
            yield return new(
                "linear",
                linear.Rate.TotalSteps.Value,
                images * encoder.MultiplyAdds,
                (double)sizeof(float) * encoder.Parameters.Weights,
                linear.Batch,
                (double)sizeof(float) * plan.Encoder.Features
            );
        }

        if (plan.LabelOnly is { } labelOnly)
        {
            var steps = (long)labelOnly.Rate.TotalSteps.Value * labelOnly.Rates.Count;
            yield return Training(
                "supervised",
                plan.Encoder,
                encoder,
                steps,
                new(labelOnly.Batch, labelOnly.Batch, labelOnly.Microbatch),
                labelOnly.Optimizer
            );
        }

        if (plan.Finetune is { } finetune)
        {
            yield return Training(
                "finetune",
                plan.Encoder,
                encoder,
                finetune.Rate.TotalSteps.Value,
                new(finetune.Batch, finetune.Batch, finetune.Microbatch),
                finetune.Optimizer
            );
        }

        if (plan.SelfDistill is { } selfDistill)
        {
            yield return Taught("self_distill", selfDistill, encoder);
        }

        if (plan.Distill is { } distill)
        {
            yield return Taught("distill", distill, encoder);
        }
    }

    private static StageCost Pretraining(EncoderPlan encoder, PretrainPlan stage)
    {
        var network = encoder.Cost + new Cost(stage.Head.Parameters, stage.Head.MultiplyAdds, Activations: 0);
        var (steps, views) = (stage.Rate.TotalSteps.Value, (long)stage.Views * stage.Batch);
        var training = Training("pretrain", encoder, network, steps, new(stage.Batch, views, stage.Microbatch), stage.Optimizer);
        var forward = (double)network.MultiplyAdds * views * steps;
        if (stage.Microbatch is not null)
        {
            // Forward once more, for the embeddings.
            training = Added(training, forward, values: 0);
        }

        // A memory network goes forward on the views that have keys; it is a second set of weights, with its queue beside it.
        return stage.Memory is { } memory
            ? Added(training, forward, network.Parameters.WithStatistics + ((double)memory.Queue * stage.Head.Out))
            : training;
    }

    // The teacher goes forward on the student's images; its weights lie beside the student's.
    private static StageCost Taught(string stage, DistillPlan plan, Cost teacher)
    {
        var (steps, images) = (plan.Rate.TotalSteps.Value, (long)plan.Batch + plan.LabelBatch);
        var training = Training(stage, plan.Student, plan.Student.Cost, steps, new(plan.Batch, images, plan.Microbatch), plan.Optimizer);
        return Added(training, (double)teacher.MultiplyAdds * images * steps, teacher.Parameters.WithStatistics);
    }

    private static StageCost Added(StageCost cost, double multiplyAdds, double values) =>
        cost with
        {
            MultiplyAdds = cost.MultiplyAdds + multiplyAdds,
            StateBytes = cost.StateBytes + (sizeof(float) * values),
        };

    // Where there are microbatches the batch's images wait for their turn, and gradients are added up beside those of a microbatch. The blocks
    // of an encoder may go forward a second time, what sits on it does not.
    private static StageCost Training(string stage, EncoderPlan encoder, Cost network, long steps, Passed passed, OptimizerPlan optimizer)
    {
        var weights = (double)network.Parameters.Weights;
        var waiting = passed.Microbatch is null ? 0 : weights + ((double)passed.Views * encoder.Channels * encoder.Side * encoder.Side);
        var again = encoder.Recompute is null ? 0 : encoder.Cost.MultiplyAdds;
        return new(
            stage,
            steps,
            (((double)ForwardAndBackward * network.MultiplyAdds) + again) * passed.Views * steps,
            sizeof(float) * ((Copies(optimizer) * weights) + waiting),
            passed.AtOnce,
            (double)sizeof(float) * encoder.Activations
        );
    }

    // Adam carries squares beside its momentum, averaged weights are one set more.
    private static double Copies(OptimizerPlan optimizer) =>
        WeightsGradientsMomentum + (optimizer is OptimizerPlan.Adam ? 1 : 0) + (optimizer.Average is null ? 0 : 1);

    /// <summary>What goes through the network in a step: images, the views or other images that they make, and images of a microbatch.</summary>
    private readonly record struct Passed(int Images, long Views, int? Microbatch)
    {
        public double AtOnce => (double)Views * (Microbatch ?? Images) / Images;
    }
}

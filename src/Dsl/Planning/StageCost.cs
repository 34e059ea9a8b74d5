namespace SimClrDsl.Planning;

/// <summary>What a stage asks of a machine.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Steps">Steps of all its trainings; 0 for a stage that trains nothing.</param>
/// <param name="MultiplyAdds">
/// Multiply-adds of the whole stage: backward counts twice the forward pass, and recomputed blocks and microbatches once more.
/// </param>
/// <param name="Bytes">
/// Memory of a step in float32: weights, gradients, momentum and what else the optimizer carries, and the activations of a batch, or of a
/// microbatch beside the whole batch's views.
/// </param>
public sealed record StageCost(string Stage, long Steps, double MultiplyAdds, double Bytes)
{
    private const int ForwardAndBackward = 3;
    private const int WeightsGradientsMomentum = 3;

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
            var images = linear.Augment is null ? plan.Data.Unlabelled : (double)linear.Rate.TotalSteps.Value * linear.Batch;
            var bytes = sizeof(float) * ((double)encoder.Parameters.Weights + ((double)linear.Batch * plan.Encoder.Features));
            yield return new("linear", linear.Rate.TotalSteps.Value, images * encoder.MultiplyAdds, bytes);
        }

        if (plan.LabelOnly is { } labelOnly)
        {
            yield return Training(
                "supervised",
                plan.Encoder,
                (long)labelOnly.Rate.TotalSteps.Value * labelOnly.Rates.Count,
                labelOnly.Batch,
                labelOnly.Optimizer
            );
        }

        if (plan.Finetune is { } finetune)
        {
            yield return Training("finetune", plan.Encoder, finetune.Rate.TotalSteps.Value, finetune.Batch, finetune.Optimizer);
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
        var (steps, views) = (stage.Rate.TotalSteps.Value, stage.Views * stage.Batch);
        var atOnce = stage.Views * (stage.Microbatch ?? stage.Batch);
        var training = Training("pretrain", encoder, network, steps, views, atOnce, stage.Optimizer);
        var forward = (double)network.MultiplyAdds * views * steps;
        if (stage.Microbatch is not null)
        {
            // Forward once more, for the embeddings; the views wait for their turn, and gradients are added up beside those of a microbatch.
            var waiting = (double)views * encoder.Channels * encoder.Side * encoder.Side;
            training = Added(training, forward, network.Parameters.Weights + waiting);
        }

        // A memory network goes forward on the views that have keys; it is a second set of weights, with its queue beside it.
        return stage.Memory is { } memory
            ? Added(training, forward, network.Parameters.WithStatistics + ((double)memory.Queue * stage.Head.Out))
            : training;
    }

    private static StageCost Added(StageCost cost, double multiplyAdds, double values) =>
        cost with
        {
            MultiplyAdds = cost.MultiplyAdds + multiplyAdds,
            Bytes = cost.Bytes + (sizeof(float) * values),
        };

    private static StageCost Training(string stage, EncoderPlan encoder, long steps, int images, OptimizerPlan optimizer) =>
        Training(stage, encoder, encoder.Cost, steps, images, images, optimizer);

    // The blocks of an encoder may go forward a second time, what sits on it does not.
    private static StageCost Training(
        string stage,
        EncoderPlan encoder,
        Cost network,
        long steps,
        int images,
        int atOnce,
        OptimizerPlan optimizer
    )
    {
        var again = encoder.Recompute is null ? 0 : encoder.Cost.MultiplyAdds;
        return new(
            stage,
            steps,
            (((double)ForwardAndBackward * network.MultiplyAdds) + again) * images * steps,
            sizeof(float) * ((Copies(optimizer) * network.Parameters.Weights) + ((double)encoder.Activations * atOnce))
        );
    }

    // Adam carries squares beside its momentum, averaged weights are one set more.
    private static StageCost Training(
        string stage,
        EncoderPlan encoder,
        long steps,
        int images,
        OptimizerPlan optimizer,
        HeadPlan? head = null
    )
    {
        var network = head is null ? encoder.Cost : encoder.Cost + new Cost(head.Parameters, head.MultiplyAdds, Activations: 0);
        return new(
            stage,
            steps,
            Passes(encoder, network, images * steps),
            sizeof(float) * ((Copies(optimizer) * network.Parameters.Weights) + ((double)encoder.Activations * images))
        );
    }

    // Heads are not recomputed.
    private static double Passes(EncoderPlan encoder, Cost network, long images) =>
        (((double)ForwardAndBackward * network.MultiplyAdds) + (encoder.Recompute is null ? 0 : encoder.Cost.MultiplyAdds)) * images;

    private static double Copies(OptimizerPlan optimizer) =>
        WeightsGradientsMomentum + (optimizer is OptimizerPlan.Adam ? 1 : 0) + (optimizer.Average is null ? 0 : 1);

    // The teacher goes forward on the student's images; its weights lie beside the student's.
    private static StageCost Taught(string stage, DistillPlan plan, Cost teacher)
    {
        var (steps, images) = (plan.Rate.TotalSteps.Value, plan.Batch + plan.LabelBatch);
        var training = Training(stage, plan.Student, steps, images, plan.Optimizer);
        return Added(training, (double)teacher.MultiplyAdds * images * steps, teacher.Parameters.WithStatistics);
    }
}

namespace SimClrDsl.Planning;

/// <summary>What a stage asks of a machine.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Steps">Steps of all its trainings; 0 for a stage that trains nothing.</param>
/// <param name="MultiplyAdds">Multiply-adds of the whole stage: backward counts twice the forward pass.</param>
/// <param name="Bytes">
/// Memory of a step in float32: weights, gradients, momentum and what else the optimizer carries, and the activations of a batch.
/// </param>
public sealed record StageCost(string Stage, long Steps, double MultiplyAdds, double Bytes)
{
    private const int ForwardAndBackward = 3;
    private const int WeightsGradientsMomentum = 3;
    private const int Views = 2;

    /// <summary>The cost of each stage of a plan, in the order of a run.</summary>
    public static IEnumerable<StageCost> Of(Plan plan)
    {
        var encoder = plan.Encoder.Cost;
        if (plan.Pretrain is { } pretrain)
        {
            var network = encoder + new Cost(pretrain.Head.Parameters, pretrain.Head.MultiplyAdds, Activations: 0);
            yield return Pretraining(network, pretrain);
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
                encoder,
                (long)labelOnly.Rate.TotalSteps.Value * labelOnly.Rates.Count,
                labelOnly.Batch,
                labelOnly.Optimizer
            );
        }

        if (plan.Finetune is { } finetune)
        {
            yield return Training("finetune", encoder, finetune.Rate.TotalSteps.Value, finetune.Batch, finetune.Optimizer);
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

    // A memory network goes forward on the views that have keys; it is a second set of weights, with its queue beside it.
    private static StageCost Pretraining(Cost network, PretrainPlan stage)
    {
        var steps = stage.Rate.TotalSteps.Value;
        if (stage.Memory is not { } memory)
        {
            return Training("pretrain", network, steps, Views * stage.Batch, stage.Optimizer);
        }

        var views = memory.Queries == MemoryQueries.Both ? Views * stage.Batch : stage.Batch;
        var training = Training("pretrain", network, steps, views, stage.Optimizer);
        return training with
        {
            MultiplyAdds = training.MultiplyAdds + ((double)network.MultiplyAdds * views * steps),
            Bytes = training.Bytes + (sizeof(float) * (network.Parameters.WithStatistics + ((double)memory.Queue * stage.Head.Out))),
        };
    }

    // Adam carries squares beside its momentum, averaged weights are one set more.
    private static StageCost Training(string stage, Cost network, long steps, int images, OptimizerPlan optimizer) =>
        new(
            stage,
            steps,
            (double)ForwardAndBackward * network.MultiplyAdds * images * steps,
            sizeof(float) * ((Copies(optimizer) * network.Parameters.Weights) + ((double)network.Activations * images))
        );

    private static double Copies(OptimizerPlan optimizer) =>
        WeightsGradientsMomentum + (optimizer is OptimizerPlan.Adam ? 1 : 0) + (optimizer.Average is null ? 0 : 1);

    // The teacher goes forward on the student's images; its weights lie beside the student's.
    private static StageCost Taught(string stage, DistillPlan plan, Cost teacher)
    {
        var (steps, images) = (plan.Rate.TotalSteps.Value, plan.Batch + plan.LabelBatch);
        var training = Training(stage, plan.Student.Cost, steps, images, plan.Optimizer);
        return training with
        {
            MultiplyAdds = training.MultiplyAdds + ((double)teacher.MultiplyAdds * images * steps),
            Bytes = training.Bytes + (sizeof(float) * (double)teacher.Parameters.WithStatistics),
        };
    }
}

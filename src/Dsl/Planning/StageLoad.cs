using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>What one step of a stage asks of the GPUs that share it, whatever their number.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Network">The network that is trained.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Images">Images a step.</param>
/// <param name="Views">Views of them that are trained on.</param>
/// <param name="Flops">Floating-point operations of a step, two a multiply-add.</param>
/// <param name="Weights">Trained values.</param>
/// <param name="StateBytes">What every GPU holds: weights, gradients, momentum and what else is carried, in float32.</param>
/// <param name="ActivationBytes">What one view makes and its backward pass reads, in bf16.</param>
/// <param name="KeptBytes">What of it lies in memory until then: less where blocks are run again.</param>
/// <param name="AtOnce">Views that go through the network at a time: fewer where there are microbatches.</param>
/// <param name="Convolutions">Convolutions of the trained network, each with its batch norm.</param>
/// <param name="GatheredBytes">Embeddings of the whole batch, which every GPU collects for the loss, in float32.</param>
/// <param name="LossFlops">Similarities of the contrastive loss, forward and backward.</param>
public sealed record StageLoad(
    string Stage,
    string Network,
    long Steps,
    int Images,
    int Views,
    double Flops,
    long Weights,
    double StateBytes,
    double ActivationBytes,
    double KeptBytes,
    double AtOnce,
    int Convolutions,
    double GatheredBytes = 0,
    double LossFlops = 0
)
{
    private const int FlopsOfMultiplyAdd = 2;
    private const int Bf16 = 2;
    private const int ForwardAndBackward = 3;
    private const int ViewsOfImage = 2;

    /// <summary>The load of pretraining, fine-tuning and distillation, where a plan has them.</summary>
    public static IReadOnlyList<StageLoad> Of(Plan plan)
    {
        var costs = StageCost.Of(plan).ToDictionary(static cost => cost.Stage);
        var loads = new List<StageLoad>();
        if (plan.Pretrain is { } pretrain)
        {
            loads.Add(Pretraining(plan.Encoder, pretrain, costs["pretrain"]));
        }

        if (plan.Finetune is { } finetune)
        {
            loads.Add(Of(costs["finetune"], plan.Encoder, finetune.Batch, finetune.Batch, plan.Encoder.Cost));
        }

        foreach (var (stage, taught) in new[] { ("self_distill", plan.SelfDistill), ("distill", plan.Distill) })
        {
            if (taught is not null)
            {
                var images = taught.Batch + taught.LabelBatch;
                loads.Add(Of(costs[stage], taught.Student, images, images, taught.Student.Cost));
            }
        }

        return loads;
    }

    // Each query is compared with both views of the whole batch, and with the queue.
    private static StageLoad Pretraining(EncoderPlan encoder, PretrainPlan stage, StageCost cost)
    {
        var network = encoder.Cost + new Cost(stage.Head.Parameters, stage.Head.MultiplyAdds, Activations: 0);
        var (all, memory) = (ViewsOfImage * stage.Batch, stage.Memory);
        var oneWay = memory is { Queries: MemoryQueries.First };
        var (queries, candidates) = oneWay ? (stage.Batch, stage.Batch) : (all, all);
        var embeddings = candidates + (memory is null ? 0 : queries);
        return Of(cost, encoder, stage.Batch, queries, network) with
        {
            Convolutions = ConvolutionsOf(encoder) + stage.Head.Layers,
            GatheredBytes = (double)sizeof(float) * embeddings * stage.Head.Out,
            LossFlops =
                (double)ForwardAndBackward * FlopsOfMultiplyAdd * queries * (candidates + (double)(memory?.Queue ?? 0)) * stage.Head.Out,
        };
    }

    private static StageLoad Of(StageCost cost, EncoderPlan network, int images, int views, Cost trained) =>
        new(
            cost.Stage,
            network.Title,
            cost.Steps,
            images,
            views,
            FlopsOfMultiplyAdd * cost.MultiplyAdds / cost.Steps,
            trained.Parameters.Weights,
            cost.StateBytes,
            (double)Bf16 * trained.Activations,
            (double)Bf16 * network.Activations,
            cost.AtOnce,
            ConvolutionsOf(network)
        );

    private static int ConvolutionsOf(EncoderPlan network) =>
        network.Stem.Convs.Count
        + network.Groups.Sum(static group => ConvolutionsOf(group.Entry) + (group.BodyBlocks * ConvolutionsOf(group.Body)));

    // A selective kernel is one convolution to two streams, and a gate of two.
    private static int ConvolutionsOf(BlockPlan block) =>
        block.Match(static _ => 2, static _ => 3, static _ => 5, static _ => 4)
        + block.Skip.Match(static () => 0, static _ => 1, static _ => 1);
}

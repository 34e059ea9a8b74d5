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

    /// <summary>Floating-point operations that a multiply-add of a product costs in training: forward, and backward to both factors.</summary>
    internal const double TrainingFlops = ForwardAndBackward * FlopsOfMultiplyAdd;

    /// <summary>The load of pretraining, fine-tuning and distillation, where a plan has them.</summary>
    public static IReadOnlyList<StageLoad> Of(Plan plan) =>
        [.. plan.Stages.Select(stage => stage.Cost(plan) is { } cost ? stage.Load(plan, cost) : null).OfType<StageLoad>()];

    /// <summary>The load of a stage that trains a network.</summary>
    /// <param name="cost">What the whole stage costs.</param>
    /// <param name="network">The trained encoder.</param>
    /// <param name="images">Images a step.</param>
    /// <param name="views">Views of them that are trained on.</param>
    /// <param name="trained">What the whole network costs for one image.</param>
    internal static StageLoad Of(StageCost cost, EncoderPlan network, int images, int views, Cost trained) =>
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
        block.Match(basic: static _ => 2, bottleneck: static _ => 3, selective: static _ => 5, selectiveBasic: static _ => 4)
        + block.Skip.Match(identity: static () => 0, projected: static _ => 1, pooled: static _ => 1);
}

namespace SimClrDsl.Planning;

/// <summary>The work of one step of a stage, which several GPUs can share. It does not depend on their number.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Network">Title of the trained encoder.</param>
/// <param name="Steps">Steps of the whole stage.</param>
/// <param name="Images">Images per step.</param>
/// <param name="Views">Views of these images that the network is trained on.</param>
/// <param name="Flops">Floating-point operations of a step, two for each multiply-add.</param>
/// <param name="Weights">Number of trained values.</param>
/// <param name="StateBytes">Bytes that every GPU holds in float32: weights, gradients, momentum and other values of the optimizer.</param>
/// <param name="ActivationBytes">Bytes of one view's activations in bf16, all of which the backward pass reads.</param>
/// <param name="KeptBytes">Bytes of these activations that are in memory at a time; fewer where blocks are recomputed.</param>
/// <param name="AtOnce">Views that go through the network at a time; fewer where there are microbatches.</param>
/// <param name="Convolutions">Number of convolutions of the trained network, each with its batch norm.</param>
/// <param name="Norms">What the batch norms of the whole step sum over all GPUs.</param>
/// <param name="GatheredBytes">Bytes of the whole batch's embeddings in float32, which every GPU collects for the loss.</param>
/// <param name="LossFlops">Floating-point operations of the contrastive loss's similarities, forward and backward.</param>
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
    NormSums Norms,
    double GatheredBytes = 0,
    double LossFlops = 0
)
{
    private const int FlopsOfMultiplyAdd = 2;
    private const int Bf16 = 2;
    private const int ForwardAndBackward = 3;

    /// <summary>Floating-point operations per multiply-add in training: forward, and backward for both factors of the product.</summary>
    internal const double TrainingFlops = ForwardAndBackward * FlopsOfMultiplyAdd;

    /// <summary>The load of each stage of a plan that is worth sharing between GPUs: pretraining, fine-tuning and distillation.</summary>
    public static IReadOnlyList<StageLoad> Of(Plan plan) =>
        [.. plan.Stages.Select(stage => stage.Cost(plan) is { } cost ? stage.Load(plan, cost) : null).OfType<StageLoad>()];

    /// <summary>The load of a stage that trains a network.</summary>
    /// <param name="cost">What the whole stage costs.</param>
    /// <param name="network">The trained encoder.</param>
    /// <param name="images">Images per step.</param>
    /// <param name="views">Views of them that are trained on.</param>
    /// <param name="trained">What the whole network costs for one image.</param>
    /// <param name="norms">What batch norms sum for the images that go through the network at a time.</param>
    internal static StageLoad Of(StageCost cost, EncoderPlan network, int images, int views, Cost trained, NormSums norms) =>
        new(
            Stage: cost.Stage,
            Network: network.Title,
            Steps: cost.Steps,
            Images: images,
            Views: views,
            Flops: FlopsOfMultiplyAdd * cost.MultiplyAdds / cost.Steps,
            Weights: trained.Parameters.Weights,
            StateBytes: cost.StateBytes,
            ActivationBytes: (double)Bf16 * trained.Activations,
            KeptBytes: (double)Bf16 * network.Activations,
            AtOnce: cost.AtOnce,
            Convolutions: ConvolutionsOf(network),
            Norms: Parts(cost, views) * norms
        );

    // How many parts of the batch go through the network one after the other.
    private static int Parts(StageCost cost, int views) => (int)Math.Round(views / cost.AtOnce);

    private static int ConvolutionsOf(EncoderPlan network) =>
        network.Stem.Convs.Count
        + network.Groups.Sum(static group => ConvolutionsOf(group.Entry) + (group.BodyBlocks * ConvolutionsOf(group.Body)));

    // A selective-kernel unit has one convolution that makes both streams, and two in its gate.
    private static int ConvolutionsOf(BlockPlan block) =>
        block.Match(basic: static _ => 2, bottleneck: static _ => 3, selective: static _ => 5, selectiveBasic: static _ => 4)
        + block.Skip.Match(identity: static () => 0, projected: static _ => 1, pooled: static _ => 1);
}

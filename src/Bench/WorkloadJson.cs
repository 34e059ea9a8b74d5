using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>A workload as the peers read it: every number is the plan's.</summary>
internal static class WorkloadJson
{
    /// <param name="workload">What to do.</param>
    /// <param name="device">cpu or cuda.</param>
    /// <param name="threads">Threads of each process.</param>
    public static object Of(Workload workload, string device, int threads)
    {
        var (plan, pretrain) = (workload.Plan, workload.Pretrain);
        var lars = (OptimizerPlan.Lars)pretrain.Optimizer;
        return new
        {
            plan.Name,
            Device = device,
            Threads = threads,
            pretrain.Batch,
            plan.Data.Side,
            plan.Data.Channels,
            Encoder = Encoder(plan.Encoder),
            Head = new
            {
                pretrain.Head.Layers,
                pretrain.Head.Features,
                pretrain.Head.Out,
            },
            pretrain.Temperature,
            LossFactor = pretrain.LossScale == LossScale.Views ? 2 : 1,
            Rate = pretrain.Rate.Peak.Value,
            lars.Momentum,
            lars.Trust,
            lars.WeightDecay,
            Augment = Augment(workload.Spec.Pretrain!.Augment),
        };
    }

    private static object Encoder(EncoderPlan encoder) =>
        new
        {
            Stem = encoder.Stem.Convs.Select(static conv => new
            {
                conv.Inputs,
                conv.Outputs,
                conv.Kernel,
                conv.Stride,
            }),
            encoder.Stem.MaxPool,
            Groups = encoder.Groups.Select(static group => new
            {
                Entry = Block(group.Entry),
                Body = Block(group.Body),
                group.BodyBlocks,
            }),
        };

    private static object Block(BlockPlan block) =>
        new
        {
            Kind = block.Match(
                basic: static _ => "basic",
                bottleneck: static _ => "bottleneck",
                selective: static _ => "selective",
                selectiveBasic: static _ => "selective-basic"
            ),
            block.Inputs,
            Inner = block.Match(
                basic: static b => b.First.Outputs,
                bottleneck: static b => b.Reduce.Outputs,
                selective: static b => b.Reduce.Outputs,
                selectiveBasic: static b => b.First.Channels
            ),
            block.Outputs,
            block.Stride,
            Squeezed = block.Match(
                basic: static _ => 0,
                bottleneck: static _ => 0,
                selective: static b => b.Spatial.Squeezed,
                selectiveBasic: static b => b.First.Squeezed
            ),
            Skip = block.Skip.Match(identity: static () => "identity", projected: static _ => "projected", pooled: static _ => "pooled"),
        };

    private static object Augment(AugmentSpec augment) =>
        new
        {
            Crop = new[] { augment.Crop.From, augment.Crop.To },
            augment.Flip,
            Strength = augment.Colour?.Strength ?? 0,
            Distorted = augment.Colour?.Probability ?? 0,
            augment.Grayscale,
            augment.Blur,
        };
}

using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Tests.Planning;

/// <summary>What is counted of a planned network besides what it counts itself.</summary>
internal static class Networks
{
    /// <summary>A network on photographs of 224 pixels, or with the small stem on images of 32.</summary>
    public static EncoderPlan Of(
        int depth,
        double width = 1,
        bool selective = false,
        Stem stem = Stem.Imagenet,
        BasicBlock basic = BasicBlock.Official
    ) =>
        EncoderPlan.Of(
            new()
            {
                ResNet = depth,
                Width = width,
                SelectiveKernel = selective,
                BasicBlock = basic,
            },
            channels: 3,
            side: stem == Stem.Small ? 32 : 224
        );

    /// <summary>Every block with its number of copies.</summary>
    public static IEnumerable<(BlockPlan Block, int Times)> Blocks(EncoderPlan plan) =>
        plan.Groups.SelectMany(static group => new[] { (group.Entry, 1), (group.Body, group.BodyBlocks) });

    public static int Convolutions(EncoderPlan plan) =>
        plan.Stem.Convs.Count + Blocks(plan).Sum(static item => item.Times * (Inner(item.Block) + Skip(item.Block)));

    /// <summary>One batch norm a convolution; only the last one of a selective-kernel gate has none.</summary>
    public static int BatchNorms(EncoderPlan plan) =>
        Convolutions(plan)
        - Blocks(plan).Sum(static item => item.Block is BlockPlan.Selective or BlockPlan.SelectiveBasic ? item.Times : 0);

    // Selective: reduce, streams, squeeze, expand of the gate, expand; the basic one has second for the two of a bottleneck.
    private static int Inner(BlockPlan block) => block.Match(static _ => 2, static _ => 3, static _ => 5, static _ => 4);

    private static int Skip(BlockPlan block) => block.Skip.Match(static () => 0, static _ => 1, static _ => 1);
}

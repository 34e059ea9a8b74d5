namespace SimClrDsl.Planning;

/// <summary>The convolutions of a network, where most of its time goes.</summary>
public static class EncoderConvolutions
{
    /// <summary>
    /// The different convolutions, each with the number of times that the network has it. Left out are the first one, whose input is the
    /// image, and the gates of selective kernels, whose input is a single pixel.
    /// </summary>
    public static IReadOnlyList<(ConvPlan Conv, int Times)> Of(EncoderPlan plan) =>
        [
            .. plan
                .Stem.Convs.Skip(1)
                .Concat(plan.Groups.SelectMany(Of))
                .GroupBy(static conv => conv with { ZeroGamma = false })
                .Select(static kind => (kind.Key, kind.Count())),
        ];

    private static IEnumerable<ConvPlan> Of(GroupPlan group) =>
        Of(group.Entry).Concat(Enumerable.Range(0, group.BodyBlocks).SelectMany(_ => Of(group.Body)));

    private static IEnumerable<ConvPlan> Of(BlockPlan block) =>
        block
            .Match<IEnumerable<ConvPlan>>(
                basic: static block => [block.First, block.Second],
                bottleneck: static block => [block.Reduce, block.Spatial, block.Expand],
                selective: static block => [block.Reduce, block.Spatial.Streams, block.Expand],
                selectiveBasic: static block => [block.First.Streams, block.Second]
            )
            .Concat(
                block.Skip.Match<IEnumerable<ConvPlan>>(
                    identity: static () => [],
                    projected: static conv => [conv],
                    pooled: static pooled => [pooled.Conv]
                )
            );
}

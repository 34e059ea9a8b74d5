namespace SimClrDsl.Planning;

/// <summary>The convolutions of a network, where most of its time goes.</summary>
public static class EncoderConvolutions
{
    /// <summary>
    /// Each kind once, with how often an image passes one of it. Left out are the first one, which sees pixels, and the gates of selective
    /// kernels, which see one pixel.
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

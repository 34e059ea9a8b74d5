namespace SimClrDsl.Planning;

/// <summary>
/// What batch norms sum over all devices that share a batch: in a forward pass the statistics of each batch norm, and in a backward pass as
/// many values for their gradient. A device waits for each of these sums.
/// </summary>
/// <param name="Count">Number of sums.</param>
/// <param name="Values">Number of values in all of them: two for each channel, in float64.</param>
public readonly record struct NormSums(int Count, long Values)
{
    private const int ForwardAndBackward = 2;

    /// <summary>The sums of two parts of a step.</summary>
    public static NormSums operator +(NormSums left, NormSums right) => new(left.Count + right.Count, left.Values + right.Values);

    /// <summary>The sums of several equal parts.</summary>
    public static NormSums operator *(int times, NormSums sums) => new(times * sums.Count, times * sums.Values);

    /// <summary>The sums of training a network on one batch. What is computed again sums its statistics again.</summary>
    internal static NormSums Training(EncoderPlan network) => Passes(network) * InForward(network);

    /// <summary>The same of the first layers of a projection head.</summary>
    internal static NormSums Training(HeadPlan head, int layers) => ForwardAndBackward * InForward(head, layers);

    /// <summary>The same of a network whose stem and first groups are frozen.</summary>
    internal static NormSums TrainingAbove(EncoderPlan network, int frozenGroups, bool frozenUpdate)
    {
        var (frozen, trained) = (network.Groups.Take(frozenGroups).ToList(), network.Groups.Skip(frozenGroups).ToList());
        return (Passes(network) * InForward(trained)) + (frozenUpdate ? InForward(network.Stem) + InForward(frozen) : default);
    }

    /// <summary>The sums of a forward pass in which batch norms use the statistics of the batch.</summary>
    internal static NormSums InForward(EncoderPlan network) => InForward(network.Stem) + InForward(network.Groups);

    /// <summary>The same of the first layers of a projection head.</summary>
    internal static NormSums InForward(HeadPlan head, int layers) =>
        new(layers, 2L * Enumerable.Range(1, layers).Sum(layer => (long)head.WidthAfter(layer)));

    private static int Passes(EncoderPlan network) => ForwardAndBackward + (network.Recompute is null ? 0 : 1);

    private static NormSums InForward(StemPlan stem) => new(stem.Convs.Count, stem.Cost.Parameters.Statistics);

    private static NormSums InForward(IEnumerable<GroupPlan> groups) =>
        groups.Aggregate(
            default(NormSums),
            static (sum, group) => sum + InForward(group.Entry) + (group.BodyBlocks * InForward(group.Body))
        );

    // A selective-kernel unit has a batch norm for both streams together, and one in its gate.
    private static NormSums InForward(BlockPlan block) =>
        new(
            block.Match(basic: static _ => 2, bottleneck: static _ => 3, selective: static _ => 4, selectiveBasic: static _ => 3)
                + block.Skip.Match(identity: static () => 0, projected: static _ => 1, pooled: static _ => 1),
            block.Cost.Parameters.Statistics
        );
}

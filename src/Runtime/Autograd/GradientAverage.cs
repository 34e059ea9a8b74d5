using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Averages gradients over the ranks. The loss of a batch is the mean of the ranks' losses, since their shares have the same size, so its
/// gradient is the mean of the ranks' gradients.
/// </summary>
internal static class GradientAverage
{
    // Gradients travel in buckets of about this many values: few messages, and each can be summed while the next one is filled.
    private const long BucketValues = 4 << 20;

    /// <summary>The mean over all ranks; the gradients themselves where there is one rank. Empty leaves, of frozen parts, stay empty.</summary>
    public static T OverRanks<T>(T gradients)
        where T : class, ITree<T>
    {
        if (Ranks.Current is not { Size: > 1 } ranks)
        {
            return gradients;
        }

        using var span = Spans.Of(StepPhase.Backward, "average over ranks");
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var leaves = gradients.Leaves().Select(static leaf => leaf.Value).ToList();
        var buckets = Buckets(leaves).Select(bucket => Begin(ranks, bucket)).ToList();
        var means = new Queue<Tensor>(buckets.SelectMany(bucket => bucket.Finish(ranks.Size)));
        return gradients.Map(leaf => scope.MoveToOuter(leaf.numel() == 0 ? leaf : means.Dequeue()));
    }

    // Leaves of one type in a row, none of them empty.
    private static IEnumerable<List<Tensor>> Buckets(IEnumerable<Tensor> leaves)
    {
        var (bucket, values) = (new List<Tensor>(), 0L);
        foreach (var leaf in leaves.Where(static leaf => leaf.numel() > 0))
        {
            if (bucket.Count > 0 && (values + leaf.numel() > BucketValues || leaf.dtype != bucket[0].dtype))
            {
                yield return bucket;
                (bucket, values) = ([], 0);
            }

            bucket.Add(leaf);
            values += leaf.numel();
        }

        if (bucket.Count > 0)
        {
            yield return bucket;
        }
    }

    private static Bucket Begin(IRanks ranks, List<Tensor> leaves)
    {
        var flat = cat([.. leaves.Select(static leaf => leaf.reshape(-1))]);
        return new(leaves, flat, ranks.BeginSum(flat, "gradients"));
    }

    private sealed record Bucket(IReadOnlyList<Tensor> Leaves, Tensor Flat, IPendingSum Sum)
    {
        public IEnumerable<Tensor> Finish(int ranks)
        {
            Sum.Wait();
            Flat.div_(ranks);
            var at = 0L;
            foreach (var leaf in Leaves)
            {
                // In the memory format of the gradient that it replaces.
                yield return empty_like(leaf).copy_(Flat.narrow(0, at, leaf.numel()).view(leaf.shape));
                at += leaf.numel();
            }
        }
    }
}

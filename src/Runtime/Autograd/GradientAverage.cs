using SimClrDsl.Planning;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Averages gradients over the ranks while the backward pass that computes them goes on. The loss of a batch is the mean of the ranks'
/// losses, since their shares have the same size, so its gradient is the mean of the ranks' gradients.
/// <para>
/// Gradients travel in buckets, which consist of whole leaves from the last of the tree to the first: the order in which a backward pass
/// completes them. As soon as a bucket is complete, its sum over the ranks is begun. The buckets depend on the leaves' sizes alone, so all
/// ranks have the same, and begin them in the same order.
/// </para>
/// </summary>
internal sealed class GradientAverage : IDisposable
{
    private readonly IRanks ranks;
    private readonly IReadOnlyList<Part> parts;
    private readonly IReadOnlyList<IReadOnlyList<Part>> buckets;
    private readonly List<(Tensor Flat, IPendingSum Sum)> begun = [];
    private int finished;

    private GradientAverage(IRanks ranks, IReadOnlyList<Part> parts) =>
        (this.ranks, this.parts, buckets) = (ranks, parts, [.. InBuckets(parts)]);

    // A leaf, with the sum of its gradients of earlier backward passes, if there were any.
    private sealed record Part(int Number, Tensor Leaf, Tensor? Before);

    /// <summary>The mean over all ranks of the gradients of each rank's output with respect to each of its leaves.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="output">The tensor that is differentiated.</param>
    /// <param name="back">Gradient of the output; null if it is a scalar with gradient 1.</param>
    /// <param name="leaves">The tensors that it is differentiated with respect to, in the order of their use; made for this pass.</param>
    /// <param name="before">Gradients of earlier passes, which are added before the mean is taken, and freed.</param>
    /// <exception cref="InvalidOperationException">The output does not depend on one of the leaves.</exception>
    public static IReadOnlyList<Tensor> Of(
        IRanks ranks,
        Tensor output,
        Tensor? back,
        IReadOnlyList<Tensor> leaves,
        IReadOnlyList<Tensor>? before
    )
    {
        using var off = no_grad();
        using var average = new GradientAverage(ranks, [.. leaves.Select((leaf, i) => new Part(i, leaf, before?[i]))]);
        Backpropagation.Accumulate(output, back, leaves, average.BeginComplete);
        average.BeginComplete();
        return average.Finish();
    }

    /// <summary>
    /// Frees the buckets. One whose sum is still under way is left alone, because other ranks' values may yet arrive in it.
    /// </summary>
    public void Dispose() => begun.Take(finished).ToList().ForEach(static bucket => bucket.Flat.Dispose());

    private static IEnumerable<IReadOnlyList<Part>> InBuckets(IReadOnlyList<Part> parts)
    {
        var most = Math.Min(GradientBuckets.LargestValues, parts.Sum(static part => part.Leaf.numel()) / GradientBuckets.Fewest);
        var (bucket, values) = (new List<Part>(), 0L);
        foreach (var part in parts.Reverse())
        {
            if (bucket.Count > 0 && (values + part.Leaf.numel() > most || part.Leaf.dtype != bucket[0].Leaf.dtype))
            {
                yield return bucket;
                (bucket, values) = ([], 0);
            }

            bucket.Add(part);
            values += part.Leaf.numel();
        }

        if (bucket.Count > 0)
        {
            yield return bucket;
        }
    }

    // libtorch sets a leaf's gradient once, when every use of the leaf has contributed to it.
    private static bool IsComplete(Part part)
    {
        using var gradient = part.Leaf.grad;
        return gradient is not null;
    }

    private void BeginComplete()
    {
        // The leaf that was used first is the last to be complete.
        while (begun.Count < buckets.Count && buckets[begun.Count].Reverse().All(IsComplete))
        {
            begun.Add(Begin(buckets[begun.Count]));
        }
    }

    private (Tensor Flat, IPendingSum Sum) Begin(IReadOnlyList<Part> bucket)
    {
        using var scope = NewDisposeScope();
        var flat = cat([.. bucket.Select(static part => WithBefore(part).reshape(-1))]).DetachFromDisposeScope();
        foreach (var part in bucket)
        {
            part.Leaf.grad = null;
            part.Before?.Dispose();
        }

        return (flat, ranks.BeginSum(flat, "gradients"));
    }

    private static Tensor WithBefore(Part part) => part.Before is { } before ? before + part.Leaf.grad! : part.Leaf.grad!;

    // The means in the order of the leaves, each in the memory format of its leaf.
    private Tensor[] Finish()
    {
        using var span = Spans.Of(StepPhase.Backward, "average over ranks");
        if (begun.Count < buckets.Count)
        {
            throw Backpropagation.Unused(buckets[begun.Count].Last(static part => !IsComplete(part)).Number, parts.Count);
        }

        var means = new Tensor[parts.Count];
        foreach (var (bucket, (flat, sum)) in buckets.Zip(begun))
        {
            sum.Wait();
            finished++;
            flat.div_(ranks.Size);
            var at = 0L;
            foreach (var part in bucket)
            {
                using var values = flat.narrow(0, at, part.Leaf.numel());
                using var shaped = values.view(part.Leaf.shape);
                means[part.Number] = empty_like(part.Leaf).copy_(shaped);
                at += part.Leaf.numel();
            }
        }

        return means;
    }
}

using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Objectives;

/// <summary>
/// The contrastive loss of Eq. 1 (NT-Xent). Rows 0 … N − 1 of the embeddings z [2N, D] are the first views of N images, rows N … 2N − 1 the
/// second views. The loss is the mean of Eq. 1 over all 2N views, in nats. The objective of the reference code is twice that: the mean over
/// the first views plus the mean over the second views. The accuracy is the fraction of first views whose other view is the most similar of
/// all second views.
///
/// <para>Where several ranks share a batch, z holds the rows of this rank's images and the negatives are those of all ranks. Keys are those
/// of all ranks, as <see cref="MemoryNetwork"/> returns them. Loss and accuracy are means over this rank's views.</para>
/// </summary>
public static class NtXent
{
    /// <summary>The loss with the other views of the batch as negatives (Eq. 1).</summary>
    /// <param name="z">Embeddings [2N, D] of any floating-point type; they are scaled to unit length here.</param>
    /// <param name="temperature">τ, which divides the cosine similarities.</param>
    /// <returns>Loss and contrastive accuracy, each a float32 scalar; the accuracy has no gradient.</returns>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = UnitRows(z, z.dtype == float64 ? float64 : float32);
        return BothDirections(InBatch(unit, GatherFunction.Apply(unit), temperature), null);
    }

    /// <summary>The loss with the other views of the batch and the queue as negatives.</summary>
    /// <param name="z">Embeddings [2N, D] of any floating-point type; they are scaled to unit length here.</param>
    /// <param name="queue">Keys of earlier batches, float32 [K, D] with rows of unit length.</param>
    /// <param name="temperature">τ, which divides the cosine similarities.</param>
    /// <returns>Loss and contrastive accuracy, each a float32 scalar; the accuracy has no gradient.</returns>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, Tensor queue, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = UnitRows(z, queue.dtype);
        return BothDirections(InBatch(unit, GatherFunction.Apply(unit), temperature), ToQueue(unit, queue, temperature));
    }

    /// <summary>
    /// The loss against a memory network (§2). The positive of a row is the key of its other view; the negatives are the keys of both views
    /// of all other images, and the queue.
    /// </summary>
    /// <param name="z">Embeddings [2N, D] of any floating-point type; they are scaled to unit length here.</param>
    /// <param name="keys">Keys of the same views, float32 [2N, D] with rows of unit length, without gradient.</param>
    /// <param name="queue">Keys of earlier batches, float32 [K, D] with rows of unit length, without gradient.</param>
    /// <param name="temperature">τ, which divides the cosine similarities.</param>
    /// <returns>Loss and contrastive accuracy, each a float32 scalar; the accuracy has no gradient.</returns>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, Tensor keys, Tensor queue, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = UnitRows(z, queue.dtype);
        return BothDirections(InBatch(unit, keys, temperature), ToQueue(unit, queue, temperature));
    }

    /// <summary>
    /// The loss against a memory network in one direction, as in MoCo. The positive of a row is the key of the same image; the negatives
    /// are the keys of all other images, and the queue. The loss is the mean over the first views.
    /// </summary>
    /// <param name="z">Embeddings of the first views, [N, D]; they are scaled to unit length here.</param>
    /// <param name="keys">Keys of the second views, float32 [N, D] with rows of unit length, without gradient.</param>
    /// <param name="queue">Keys of earlier batches, float32 [K, D] with rows of unit length, without gradient.</param>
    /// <param name="temperature">τ, which divides the cosine similarities.</param>
    /// <returns>Loss and contrastive accuracy, each a float32 scalar; the accuracy has no gradient.</returns>
    public static (Tensor Loss, Tensor Accuracy) OneWay(Tensor z, Tensor keys, Tensor queue, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = UnitRows(z, queue.dtype);
        var inBatch = unit.mm(keys.t()) / temperature; // [N, N]
        var partner = Positions(unit);
        var loss = nn.functional.cross_entropy(cat([inBatch, ToQueue(unit, queue, temperature)], 1), partner);
        return (loss, Accuracy(inBatch));
    }

    /// <summary>Scales the rows of x [N, D] to unit length: x · rsqrt(max(Σx², 1e-12)), as tf.math.l2_normalize does.</summary>
    internal static Tensor Normalize(Tensor x) => x * x.square().sum(1, keepdim: true).clamp_min(1e-12).rsqrt();

    // In the type that the loss computes in: float32, or float64 for tests of its derivatives.
    private static Tensor UnitRows(Tensor z, ScalarType type) => Normalize(z.to(type));

    // [2N, 2N], or this rank's rows of it. The similarity of a view to itself is −∞, since a finite number might not be small compared with
    // 1 / temperature.
    private static Tensor InBatch(Tensor unit, Tensor candidates, double temperature) =>
        (unit.mm(candidates.t()) / temperature).masked_fill(
            Positions(unit).unsqueeze(1).eq(arange(candidates.size(0), dtype: int64, device: unit.device)),
            double.NegativeInfinity
        );

    // Similarities to the queue, [2N, K].
    private static Tensor ToQueue(Tensor unit, Tensor queue, double temperature) => unit.mm(queue.t()) / temperature;

    private static (Tensor Loss, Tensor Accuracy) BothDirections(Tensor inBatch, Tensor? toQueue)
    {
        var (own, all) = (inBatch.size(0) / 2, inBatch.size(1) / 2);
        var partner = Positions(inBatch).roll(own); // the other view of row i is row (i + N) mod 2N
        var logits = toQueue is null ? inBatch : cat([inBatch, toQueue], 1); // [2N, 2N + K]
        return (nn.functional.cross_entropy(logits, partner), Accuracy(inBatch.narrow(0, 0, own).narrow(1, all, all)));
    }

    private static Tensor Accuracy(Tensor logits)
    {
        using var scope = no_grad();
        return logits.detach().argmax(1).eq(Positions(logits)).to(float32).mean();
    }

    // Where this rank's rows are in the whole batch: 0 … rows − 1 on a single rank.
    private static Tensor Positions(Tensor x)
    {
        var ranks = Ranks.Current;
        return arange(ranks.Rank, x.size(0) * ranks.Size, ranks.Size, dtype: int64, device: x.device);
    }
}

using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Objectives;

/// <summary>
/// The contrastive loss of Eq. 1. Rows 0…N−1 of z [2N, D] are first views, N…2N−1 second ones. The loss is the mean of Eq. 1 over all 2N
/// views, in nats; the objective of the reference code, mean over first views plus mean over second views, is twice that. Accuracy ranks each
/// first view's partner among all second views.
/// </summary>
public static class NtXent
{
    /// <summary>Loss and contrastive accuracy of z [2N, D].</summary>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = Unit(z);
        return BothWays(InBatch(unit, unit, temperature), null);
    }

    /// <summary>The same with further negatives for every row: the keys of earlier batches, queue [K, D] of rows of length one.</summary>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, Tensor queue, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = Unit(z);
        return BothWays(InBatch(unit, unit, temperature), Buffered(unit, queue, temperature));
    }

    /// <summary>
    /// The same against a memory network: the positive of a row is the key of its other view, its negatives are the keys of both views of all
    /// other images and the queue. keys [2N, D] and queue [K, D] have rows of length one and carry no gradient.
    /// </summary>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, Tensor keys, Tensor queue, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = Unit(z);
        return BothWays(InBatch(unit, keys, temperature), Buffered(unit, queue, temperature));
    }

    /// <summary>
    /// One direction, as MoCo: z [N, D] of first views, keys [N, D] of second ones. The positive of a row is the key of its image, its
    /// negatives are the keys of all other images and the queue [K, D]. The loss is the mean over first views.
    /// </summary>
    public static (Tensor Loss, Tensor Accuracy) OneWay(Tensor z, Tensor keys, Tensor queue, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "NT-Xent");
        var unit = Unit(z);
        var inBatch = unit.mm(keys.t()) / temperature; // [N, N]
        var partner = Indices(unit);
        var loss = nn.functional.cross_entropy(cat([inBatch, Buffered(unit, queue, temperature)], 1), partner);
        return (loss, Accuracy(inBatch));
    }

    /// <summary>Rows of length one: x · rsqrt(max(Σx², 1e-12)).</summary>
    internal static Tensor Normalize(Tensor x) => x * x.square().sum(1, keepdim: true).clamp_min(1e-12).rsqrt();

    private static Tensor Unit(Tensor z) => Normalize(z.to(float32));

    // [2N, 2N], without the similarity of a view to itself: −∞, since a large number is not large beside 1 / temperature.
    private static Tensor InBatch(Tensor unit, Tensor candidates, double temperature) =>
        (unit.mm(candidates.t()) / temperature).masked_fill(
            eye(unit.size(0), dtype: ScalarType.Bool, device: unit.device),
            double.NegativeInfinity
        );

    // [2N, K]
    private static Tensor Buffered(Tensor unit, Tensor queue, double temperature) => unit.mm(queue.t()) / temperature;

    private static (Tensor Loss, Tensor Accuracy) BothWays(Tensor inBatch, Tensor? buffered)
    {
        var n = inBatch.size(0) / 2;
        var partner = Indices(inBatch).roll(n); // i's other view is i + N, cyclically
        var logits = buffered is null ? inBatch : cat([inBatch, buffered], 1); // [2N, 2N + K]
        return (nn.functional.cross_entropy(logits, partner), Accuracy(inBatch.narrow(0, 0, n).narrow(1, n, n)));
    }

    private static Tensor Accuracy(Tensor logits)
    {
        using var scope = no_grad();
        return logits.detach().argmax(1).eq(Indices(logits)).to(float32).mean();
    }

    // 0 … rows − 1
    private static Tensor Indices(Tensor x) => arange(x.size(0), dtype: int64, device: x.device);
}

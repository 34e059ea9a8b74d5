using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>The contrastive loss of Eq. 1.</summary>
public static class NtXent
{
    // Takes an image's similarity to itself out of the softmax; does not fit in half precision, so the loss is computed in float32.
    private const double SelfMask = 1e9;

    /// <summary>
    /// Loss and contrastive accuracy of z [2N, D]: rows 0…N−1 the first views, N…2N−1 the second ones. The loss is the reference code's,
    /// mean over first views plus mean over second views: twice the mean of Eq. 1 over all 2N. Accuracy ranks each first view's partner
    /// among all second views.
    /// </summary>
    public static (Tensor Loss, Tensor Accuracy) Loss(Tensor z, double temperature)
    {
        var n = z.size(0) / 2;
        var unit = Normalize(z.to(float32)); // [2N, D]
        var mask = eye(2 * n, dtype: float32, device: z.device).mul_(SelfMask);
        var logits = (unit.mm(unit.t()) / temperature) - mask; // [2N, 2N]
        var partner = arange(2 * n, dtype: int64, device: z.device).roll(n); // i's other view is i + N, cyclically
        var loss = nn.functional.cross_entropy(logits, partner) * 2;

        using var scope = no_grad();
        var best = logits.detach().narrow(0, 0, n).narrow(1, n, n).argmax(1); // [N]
        var accuracy = best.eq(arange(n, dtype: int64, device: z.device)).to(float32).mean();
        return (loss, accuracy);
    }

    /// <summary>Rows of length one: x · rsqrt(max(Σx², 1e-12)).</summary>
    public static Tensor Normalize(Tensor x) => x * x.square().sum(1, keepdim: true).clamp_min(1e-12).rsqrt();
}

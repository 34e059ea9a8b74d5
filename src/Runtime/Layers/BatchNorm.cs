using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>
/// Batch normalisation as a function: running statistics go in and come out. ε 1e-5; running ← 0.9 · running + 0.1 · batch, with the
/// batch's biased variance, as the reference's cross-replica layer stores it.
/// </summary>
internal static class BatchNorm
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    /// <summary>Normalises x [N, C] or [N, C, H, W] over all but its channels; scale and shift are [C].</summary>
    public static (Tensor Y, Tensor Mean, Tensor Variance) Forward(
        Tensor x,
        Tensor scale,
        Tensor? shift,
        Tensor mean,
        Tensor variance,
        Phase phase
    )
    {
        if (phase == Phase.Infer)
        {
            return (Normalize(x, scale, shift, mean, variance, training: false, momentum: 0), mean, variance);
        }

        // With fresh buffers and momentum 1 the operator leaves the batch's mean and unbiased variance in them: no second pass over x.
        Tensor batchMean,
            batchVariance;
        using (no_grad())
        {
            batchMean = zeros_like(mean);
            batchVariance = ones_like(variance);
        }

        var y = Normalize(x, scale, shift, batchMean, batchVariance, training: true, momentum: 1);
        using (no_grad())
        {
            var count = x.numel() / x.size(1);
            var biased = (count - 1.0) / count;
            return (
                y,
                batchMean.mul_(Momentum).add_(mean, alpha: 1 - Momentum),
                batchVariance.mul_(Momentum * biased).add_(variance, alpha: 1 - Momentum)
            );
        }
    }

    private static Tensor Normalize(
        Tensor x,
        Tensor scale,
        Tensor? shift,
        Tensor mean,
        Tensor variance,
        bool training,
        double momentum
    ) => nn.functional.batch_norm(x, mean, variance, scale, shift, training, momentum, Epsilon);
}

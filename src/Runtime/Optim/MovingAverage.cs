using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Exponential moving average of a tree, such as the weights of the memory network (§2, §3.1).</summary>
public static class MovingAverage
{
    /// <summary>
    /// average ← decay · average + (1 − decay) · <paramref name="of"/>, leaf by leaf. With decay 0 the average is a bit-for-bit copy.
    /// Writes into the buffers of <paramref name="average"/>, which the caller owns.
    /// </summary>
    /// <param name="average">The average before the step.</param>
    /// <param name="of">The values that are averaged.</param>
    /// <param name="decay">Weight of the average so far, 0 to 1.</param>
    /// <returns><paramref name="average"/>.</returns>
    public static T Update<T>(T average, T of, double decay)
        where T : class, ITree<T>
    {
        using var span = Spans.Of(StepPhase.Optimizer, "moving average");
        using var scope = no_grad();
        var (averages, values) = (Values(average), Values(of));
        if (UpdateKernels.Supports(averages))
        {
            UpdateKernels.Average_(averages, values, decay);
            return average;
        }

        foreach (var (kept, value) in averages.Zip(values))
        {
            kept.mul_(decay).add_(value, alpha: 1 - decay);
        }

        return average;
    }

    private static List<Tensor> Values<T>(T tree)
        where T : class, ITree<T> => [.. tree.Leaves().Select(static leaf => leaf.Value)];
}

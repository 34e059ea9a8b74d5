using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// Whether numbers can be gone on from. A loss is measured before its step moves the weights, so the last steps of a training show in the
/// weights and in what the network gives, and in no loss.
/// </summary>
internal static class Soundness
{
    // Squares of larger numbers, summed over a layer, leave float32, whose largest number is 3.4e38. Healthy networks stay below 1e6.
    private const double Limit = 1e12;

    // Under running statistics that have hardly moved a deep network gives more than it trains with: after nine steps 1e12 was seen. The
    // squares of some thousands of such numbers are still float32.
    private const double OutputLimit = 1e16;

    // Classes that are all equally likely give a cross-entropy of ln(classes), which is 10 for 22,000 of them.
    private const double LossLimit = 100;

    /// <summary>
    /// Throws unless every number of a training state is of use: weights, statistics, momentum and all else that it carries.
    /// </summary>
    /// <exception cref="DivergedException">One is not.</exception>
    internal static void Require<TParams, TState>(StageInfo info, TrainState<TParams, TState> state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        foreach (
            var (kind, leaves) in new[]
            {
                ("weight", state.Params.Leaves()),
                ("statistic", state.Statistics.Leaves()),
                ("momentum", state.Momentum.Leaves()),
            }
        )
        {
            if (Fault(leaves) is { } fault)
            {
                throw Diverged(info, state.Step, $"the {kind} {fault.Path} holds {fault.Value}");
            }
        }
    }

    /// <summary>
    /// Throws where a network that is trained as a classifier ends with a loss that no guess has. The contrastive loss is left out, since
    /// its bound is 2/temperature, and so is linear evaluation, whose loss is as large as the features are, and whose network stays as it
    /// is.
    /// </summary>
    /// <param name="info">The stage.</param>
    /// <param name="last">The last point of its curves.</param>
    /// <exception cref="DivergedException">It does.</exception>
    internal static void Require(StageInfo info, MetricsPoint last)
    {
        if (info.Stage is not (StageNames.Pretrain or StageNames.Linear) && last.Loss > LossLimit)
        {
            throw new DivergedException(
                info.Stage,
                FormattableString.Invariant($"the loss is {last.Loss:G4} at step {last.Step} of {info.TotalSteps}")
            );
        }
    }

    /// <summary>Throws unless every output of a network is of use.</summary>
    /// <param name="info">The stage that trained the network.</param>
    /// <param name="step">Steps that it had taken.</param>
    /// <param name="outputs">float32 [N, features].</param>
    /// <param name="images">Which images' outputs they are.</param>
    /// <exception cref="DivergedException">One is not.</exception>
    internal static void Require(StageInfo info, int step, Tensor outputs, string images)
    {
        if (Fault(outputs, OutputLimit) is { } value)
        {
            throw Diverged(info, step, $"the network's output for {images} holds {value}");
        }
    }

    /// <summary>The first leaf that holds a number which is of no use, with that number; null where all are.</summary>
    internal static (string Path, string Value)? Fault(IReadOnlyList<Leaf> leaves, double limit = Limit)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var filled = leaves.Where(static leaf => leaf.Value.numel() > 0).ToList();
        if (filled.Count == 0)
        {
            return null;
        }

        // Read at once: reading each would make the host wait for the device as often as there are leaves.
        var largest = stack([.. filled.Select(static leaf => leaf.Value.abs().max().to(float64))]).cpu().data<double>().ToArray();
        // False for what is not a number.
        var first = Array.FindIndex(largest, value => !(value <= limit));
        return first < 0 ? null : (filled[first].Path, Text(largest[first]));
    }

    /// <summary>A number of a tensor that is of no use; null where all are.</summary>
    internal static string? Fault(Tensor values, double limit = OutputLimit) =>
        Fault([new Leaf(LeafPath.Root, LeafRole.Input, values)], limit)?.Value;

    private static string Text(double value) =>
        double.IsFinite(value) ? value.ToString("0.0E+0", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    private static DivergedException Diverged(StageInfo info, int step, string what) =>
        new(info.Stage, FormattableString.Invariant($"{what} after step {step} of {info.TotalSteps}"));
}

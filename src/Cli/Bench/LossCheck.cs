namespace SimClrDsl.Cli.Bench;

/// <summary>That all contenders did the same work: from the same weights, on the same views, their losses agree step by step.</summary>
internal static class LossCheck
{
    // Float32 differs in the order of its sums. bf16 has eight bits; its first difference grows from step to step.
    private const double Float32Tolerance = 1e-3;
    private const double Bf16Tolerance = 0.02;

    public static double Tolerance(bool bf16) => bf16 ? Bf16Tolerance : Float32Tolerance;

    /// <summary>The largest relative difference of a peer's loss from ours.</summary>
    /// <exception cref="BenchException">It is larger than bf16's or float32's rounding explains.</exception>
    public static double Largest(string workload, IReadOnlyList<(string Name, IReadOnlyList<double> Losses)> contenders, double tolerance)
    {
        var ours = contenders[0].Losses;
        var worst = contenders
            .Skip(1)
            .SelectMany(peer =>
                peer.Losses.Select((loss, step) => (peer.Name, Step: step, Loss: loss, Difference: Difference(loss, ours[step])))
            )
            .MaxBy(static one => one.Difference);
        return worst.Difference <= tolerance
            ? worst.Difference
            : throw new BenchException(
                FormattableString.Invariant(
                    $"{workload}: the losses do not agree, so the work is not the same: at step {worst.Step} '{worst.Name}' has {worst.Loss:F5}, ours is {ours[worst.Step]:F5}, which is more than {100 * tolerance:G3} % apart."
                )
            );
    }

    // A loss that is no number agrees with nothing.
    private static double Difference(double loss, double ours) =>
        double.IsFinite(loss) && double.IsFinite(ours) ? Math.Abs(loss - ours) / Math.Abs(ours) : double.PositiveInfinity;
}

using SimClrDsl.Cli.Terminal;

namespace SimClrDsl.Bench;

/// <summary>How well losses agree.</summary>
/// <param name="Tolerance">Largest relative difference that was let pass for any peer.</param>
/// <param name="Difference">Largest one seen.</param>
internal sealed record LossAgreement(double Tolerance, double Difference);

/// <summary>That all contenders did the same work: from the same weights, on the same views, their losses agree step by step.</summary>
internal static class LossCheck
{
    // Float32 differs in the order of its sums. bf16 has eight bits; its first difference grows from step to step.
    private const double Float32Tolerance = 1e-3;
    private const double Bf16Tolerance = 0.02;

    /// <summary>Compares peers' losses with ours.</summary>
    /// <param name="workload">Its name.</param>
    /// <param name="contenders">Ours first; whether each computed in bf16, and its losses.</param>
    /// <exception cref="CommandFailedException">A difference is larger than the rounding of the two explains.</exception>
    public static LossAgreement Require(string workload, IReadOnlyList<(string Name, bool Bf16, IReadOnlyList<double> Losses)> contenders)
    {
        var (_, oursInBf16, ours) = contenders[0];
        var compared = contenders
            .Skip(1)
            .SelectMany(peer =>
                peer.Losses.Select(
                    (loss, step) =>
                        (
                            peer.Name,
                            Step: step,
                            Loss: loss,
                            Difference: Difference(loss, ours[step]),
                            Tolerance: oursInBf16 || peer.Bf16 ? Bf16Tolerance : Float32Tolerance
                        )
                )
            )
            .ToList();
        var worst = compared.MaxBy(static one => one.Difference / one.Tolerance);
        return worst.Difference <= worst.Tolerance
            ? new(compared.Max(static one => one.Tolerance), compared.Max(static one => one.Difference))
            : throw new CommandFailedException(
                FormattableString.Invariant(
                    $"{workload}: the losses do not agree, so the work is not the same: at step {worst.Step} '{worst.Name}' has {worst.Loss:F5}, ours is {ours[worst.Step]:F5}, which is more than {100 * worst.Tolerance:G3} % apart."
                )
            );
    }

    // A loss that is no number agrees with nothing.
    private static double Difference(double loss, double ours) =>
        double.IsFinite(loss) && double.IsFinite(ours) ? Math.Abs(loss - ours) / Math.Abs(ours) : double.PositiveInfinity;
}

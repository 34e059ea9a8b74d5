using System.Globalization;
using SimClrDsl.Planning;

namespace SimClrDsl.Runtime.Training;

/// <summary>Signs in the curves of a stage that its training goes wrong, before its numbers are of no use at all.</summary>
internal static class TrainingSigns
{
    // Untrained networks have a spread of 0.1 and more; where all features are equal, rounding leaves less than 1e-3.
    private const double LeastSpread = 0.01;

    // A network that tells no images apart has exactly the loss of a guess. One that has begun to learn is further below it.
    private const double NearGuess = 0.002;

    // How often the lowest loss so far it is that a loss grows to. Losses of small batches go up and down.
    private const double ContrastiveGrowth = 1.3;
    private const double ClassifierGrowth = 2;

    // Fewer points tell too little of an epoch.
    private const int FewestPoints = 3;

    private const string Slower = "lower the learning rate or lengthen the warm-up";
    private const string Advice = "lower the weight decay or the learning rate, or lengthen the warm-up";

    /// <summary>What the newest point of the curves shows, if it shows anything.</summary>
    /// <param name="curve">The points of a stage so far.</param>
    /// <param name="guess">In pretraining the loss of a network that gives the same for all images; null if it is not known.</param>
    /// <param name="batch">Images per step.</param>
    public static TrainingWarning? Of(IReadOnlyList<MetricsPoint> curve, double? guess, int batch)
    {
        if (curve.Count < FewestPoints)
        {
            return null;
        }

        return curve[^1].Stage == StageNames.Pretrain
            ? guess is { } loss
                ? Contrastive(curve, loss, batch)
                : null
            : Classifying(curve);
    }

    /// <summary>What a look at the network's features shows, if it shows anything.</summary>
    public static TrainingWarning? Of(OnlinePoint point) =>
        point.Spread < LeastSpread
            ? new(
                point.Stage,
                point.Step,
                TrainingWarning.Collapse,
                Invariant($"features collapse: those of different images point the same way (spread {point.Spread:0.####} of 1): {Advice}")
            )
            : null;

    private static TrainingWarning? Contrastive(IReadOnlyList<MetricsPoint> curve, double guess, int batch)
    {
        var (last, lowest) = (curve[^1], curve.SkipLast(2).Min(static point => point.Loss));
        if (Rises(curve, Math.Max(guess, ContrastiveGrowth * lowest)))
        {
            return new(
                last.Stage,
                last.Step,
                TrainingWarning.Divergence,
                Invariant($"the loss grows: {last.Loss:F2} after {lowest:F2}, where a blind guess has {guess:F2}: {Slower}")
            );
        }

        var epoch = curve.Where((point, i) => point.Epoch > last.Epoch - 1 || i >= curve.Count - FewestPoints).ToList();
        return
            last.Epoch >= 1
            && epoch.TrueForAll(point => Math.Abs(point.Loss - guess) < NearGuess * guess)
            && epoch.Average(static point => point.Accuracy) < 2.0 / batch
            ? new(
                last.Stage,
                last.Step,
                TrainingWarning.Collapse,
                Invariant($"features collapse: for an epoch the loss was the {guess:F2} of a blind guess: {Advice}")
            )
            : null;
    }

    private static TrainingWarning? Classifying(IReadOnlyList<MetricsPoint> curve)
    {
        var (first, last) = (curve[0], curve[^1]);
        return Rises(curve, ClassifierGrowth * Math.Max(first.Loss, 1))
            ? new(
                last.Stage,
                last.Step,
                TrainingWarning.Divergence,
                Invariant($"the loss grows: {last.Loss:G4}, and {first.Loss:G4} at first: {Slower}")
            )
            : null;
    }

    // Two points, since a single one may be an accident.
    private static bool Rises(IReadOnlyList<MetricsPoint> curve, double limit) => curve[^1].Loss > limit && curve[^2].Loss > limit;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

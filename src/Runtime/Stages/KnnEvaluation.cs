using SimClrDsl.Planning;
using SimClrDsl.Runtime.Evaluate;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Nearest neighbours among the unlabelled images' features, with their labels.</summary>
public sealed class KnnEvaluation : MeasuringStage
{
    private readonly FrozenNetwork encoder;
    private readonly int k;
    private readonly double temperature;

    private KnnEvaluation(FrozenNetwork encoder, int k, double temperature) =>
        (this.encoder, this.k, this.temperature) = (encoder, k, temperature);

    /// <inheritdoc/>
    public override string Name => StageNames.Knn;

    /// <summary>The evaluation of an encoder.</summary>
    /// <param name="encoder">Gives the features.</param>
    /// <param name="k">Neighbours that vote.</param>
    /// <param name="temperature">Divides a neighbour's cosine similarity before its exponential weighs the vote.</param>
    public static KnnEvaluation Of(FrozenNetwork encoder, int k, double temperature) => new(encoder, k, temperature);

    private protected override RunState Measure(RunState state, StageContext context)
    {
        var data = context.Data;
        var (bank, withBank) = FrozenFeatures.Of(encoder, data.Bank, Name, state, context);
        var (test, next) = FrozenFeatures.Of(encoder, data.Test, Name, withBank, context);
        return next.With(
            Name,
            context.Result(
                "kNN",
                Knn.Measure(bank, test, data.Classes, k, temperature),
                FormattableString.Invariant($"k {k}, temperature {temperature}, bank of {bank.Count} images with labels, frozen encoder"),
                data
            )
        );
    }
}

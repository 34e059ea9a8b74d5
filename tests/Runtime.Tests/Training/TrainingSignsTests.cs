using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Curves that go wrong are told from those that do not.</summary>
public sealed class TrainingSignsTests
{
    private const int Batch = 32;
    private static readonly double Guess = Math.Log((2 * Batch) - 1);

    // A point each ten steps, four of them an epoch.
    private static MetricsPoint[] Curve(string stage, double accuracy, params double[] losses) =>
        [.. losses.Select((loss, i) => new MetricsPoint(stage, 10 * (i + 1), (i + 1) / 4.0, loss, accuracy, LearningRate: 0.1))];

    private static string? Kind(IReadOnlyList<MetricsPoint> curve) => TrainingSigns.Of(curve, Guess, Batch)?.Kind;

    [Fact]
    public void A_loss_that_stands_at_that_of_a_guess_is_a_collapse()
    {
        Assert.Equal("collapse", Kind(Curve("pretrain", 1.0 / Batch, 4.5, Guess, Guess + 0.005, Guess - 0.005, Guess)));
        Assert.Null(Kind(Curve("pretrain", 1.0 / Batch, Guess, Guess, Guess))); // not yet for an epoch
        Assert.Null(Kind(Curve("pretrain", 0.5, 4.5, Guess, Guess, Guess, Guess))); // it tells images apart
        Assert.Null(Kind(Curve("pretrain", 1.0 / Batch, 4.5, Guess, Guess, Guess, Guess - 0.1))); // it begins to learn
    }

    [Fact]
    public void A_contrastive_loss_that_grows_beyond_a_guess_is_a_divergence()
    {
        Assert.Equal("divergence", Kind(Curve("pretrain", 0.1, 3, 2, 4.5, 5)));
        Assert.Null(Kind(Curve("pretrain", 0.1, 3, 2, 2, 5))); // one point alone
        Assert.Null(Kind(Curve("pretrain", 0.1, 3, 2, 3.5, 3.5))); // still below a guess
        Assert.Null(Kind(Curve("pretrain", 0.1, 9, 9, 10, 9.5))); // high from the beginning, as with low temperatures
        Assert.Null(TrainingSigns.Of(Curve("pretrain", 0.1, 3, 2, 45, 50), guess: null, Batch));
    }

    [Fact]
    public void A_classifier_whose_loss_grows_to_twice_the_first_diverges()
    {
        var warning = TrainingSigns.Of(Curve("finetune", 0.1, 2.3, 2.1, 5, 6.25), Guess, Batch)!;
        Assert.Equal(
            new("finetune", 40, "divergence", "the loss grows: 6.25, and 2.3 at first: lower the learning rate or lengthen the warm-up"),
            warning
        );
        Assert.Null(Kind(Curve("finetune", 0.1, 2.3, 2.1, 4, 4.5)));
        Assert.Null(Kind(Curve("finetune", 0.1, 0.01, 0.02, 0.9, 1.9))); // all of them low
    }

    [Theory]
    [InlineData(0.0099, true)]
    [InlineData(0.01, false)]
    [InlineData(0.5, false)]
    public void Features_that_point_the_same_way_are_a_collapse(double spread, bool collapsed) =>
        Assert.Equal(collapsed, TrainingSigns.Of(new OnlinePoint("pretrain", 10, 1, spread, Knn: 0.9)) is { Kind: "collapse" });
}

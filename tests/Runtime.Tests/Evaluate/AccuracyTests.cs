using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Evaluate;

public sealed class AccuracyTests
{
    // The label of image i has rank i: 0 is the best.
    [Fact]
    public void Top_5_counts_the_labels_among_the_five_highest_scores()
    {
        var scores = arange(8, dtype: ScalarType.Float32).neg().expand(8, 8).contiguous();
        Assert.Equal(new Accuracy(1 / 8.0, 5 / 8.0), Accuracy.Of(scores, arange(8, dtype: ScalarType.Int64)));
    }

    [Fact]
    public void Top_1_and_top_5_are_those_of_sorted_scores()
    {
        using var generator = Key.FromSeed(1).Generator();
        var scores = randn([500, 20], dtype: ScalarType.Float32, generator: generator);
        var labels = arange(500, dtype: ScalarType.Int64).remainder(20);
        var ranks = scores.Floats().Chunk(20).Select(static (row, i) => row.Count(score => score > row[i % 20])).ToList();
        Assert.Equal(
            new Accuracy(ranks.Count(static rank => rank < 1) / 500.0, ranks.Count(static rank => rank < 5) / 500.0),
            Accuracy.Of(scores, labels)
        );
    }

    // Two classes tie for the best place and six for the third: a label among them is right for its share of the places.
    [Theory]
    [InlineData(0, 1 / 2.0, 1)]
    [InlineData(7, 1 / 2.0, 1)]
    [InlineData(1, 0, 3 / 6.0)]
    [InlineData(6, 0, 3 / 6.0)]
    public void Classes_that_tie_share_their_places_whatever_their_numbers(long label, double top1, double top5) =>
        Assert.Equal(new Accuracy(top1, top5), Accuracy.Of(tensor([2f, 1, 1, 1, 1, 1, 1, 2]).unsqueeze(0), tensor([label])));

    [Fact]
    public void A_network_that_says_the_same_of_everything_is_right_as_often_as_chance()
    {
        var labels = arange(60, dtype: ScalarType.Int64).remainder(6);
        Assert.Equal(1 / 6.0, Accuracy.Of(zeros(60, 6), labels).Top1, 1e-12);
        Assert.Equal(5 / 6.0, Accuracy.Of(zeros(60, 6), labels).Top5!.Value, 1e-12);
    }

    // A third, with a standard error of 6.1 points for 60 images and of 0.47 for 10,000.
    [Theory]
    [InlineData(0.10, 60, true)]
    [InlineData(0.45, 60, true)]
    [InlineData(0.46, 60, false)]
    [InlineData(0.342, 10_000, true)]
    [InlineData(0.343, 10_000, false)]
    public void An_accuracy_that_guessing_may_give_is_told_by_the_number_of_images(double top1, int images, bool guess) =>
        Assert.Equal(guess, new Accuracy(top1, Top5: null).IsGuess(images, classes: 3));

    [Fact]
    public void A_score_that_is_not_a_number_is_never_right()
    {
        var scores = tensor(
            new float[,]
            {
                { float.NaN, 0, 0, 0, 0, 0 },
                { 1, float.NaN, 0, 0, 0, 0 },
                { float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN },
                { 1, 0, 0, 0, 0, 0 },
            }
        );
        Assert.Equal(new Accuracy(1 / 4.0, 1 / 4.0), Accuracy.Of(scores, zeros(4, dtype: ScalarType.Int64)));
    }

    [Fact]
    public void A_class_of_minus_infinity_is_no_answer()
    {
        var none = float.NegativeInfinity;
        var scores = tensor(new[] { 0f, none, none, none, none, none }).expand(2, 6).contiguous();
        Assert.Equal(new Accuracy(1 / 2.0, 1 / 2.0), Accuracy.Of(scores, tensor([0L, 1])));
        Assert.Equal(new Accuracy(0, 0), Accuracy.Of(full([2, 6], none), tensor([0L, 1])));
    }

    [Fact]
    public void Among_five_classes_there_is_no_top_5() =>
        Assert.Equal(new Accuracy(1, null), Accuracy.Of(eye(5), arange(5, dtype: ScalarType.Int64)));
}

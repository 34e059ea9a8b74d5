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
    public void Both_are_those_of_sorted_scores()
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

    [Fact]
    public void Among_five_classes_there_is_no_top_5() =>
        Assert.Equal(new Accuracy(1, null), Accuracy.Of(eye(5), arange(5, dtype: ScalarType.Int64)));
}

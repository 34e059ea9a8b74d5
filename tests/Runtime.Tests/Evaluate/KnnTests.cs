using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Evaluate;

public sealed class KnnTests
{
    private const int Classes = 5;

    [Theory]
    [InlineData(1, 0.07)]
    [InlineData(7, 0.07)]
    [InlineData(40, 0.5)]
    public void The_vote_equals_brute_force(int k, double temperature)
    {
        var (bank, test) = (Random(60, seed: 1), Random(1100, seed: 2)); // more than one batch of queries
        Assert.Equal(ByHand(bank, test, k, temperature), Knn.Measure(bank, test, Classes, k, temperature).Top1, 1e-9);
    }

    [Fact]
    public void The_nearest_neighbour_of_an_image_in_the_bank_is_itself()
    {
        var bank = Random(30, seed: 3);
        Assert.Equal(1, Knn.Measure(bank, bank with { Values = bank.Values * 7 }, Classes, k: 1, temperature: 0.07).Top1);
    }

    // At no temperature do weights overflow or vanish: the votes are those of numbers that can hold them.
    [Theory]
    [InlineData(0.012)]
    [InlineData(0.01)]
    [InlineData(0.005)]
    [InlineData(0.0015)]
    public void At_low_temperatures_votes_stay_finite(double temperature)
    {
        var (bank, test) = (Random(60, seed: 1), Random(200, seed: 2));
        Assert.Equal(ByHand(bank, test, k: 7, temperature), Knn.Measure(bank, test, Classes, k: 7, temperature).Top1, 1e-9);
    }

    // Exp(1 / 1e-4) is beyond every number; and far below that, all but the nearest neighbour's weight is nothing.
    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e-20)]
    [InlineData(1e-300)]
    [InlineData(double.Epsilon)]
    public void At_the_lowest_temperatures_the_nearest_neighbour_decides(double temperature)
    {
        var (bank, test) = (Random(60, seed: 1), Random(200, seed: 2));
        Assert.Equal(ByHand(bank, test, k: 1, temperature: 1), Knn.Measure(bank, test, Classes, k: 7, temperature).Top1);
    }

    // Three of the five nearest are of class 5, each a little farther than the two of class 0: exp(−0.01/τ) times three against two.
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.01, 0)]
    public void Many_neighbours_outvote_nearer_ones_at_high_temperatures_alone(double temperature, double right)
    {
        var bank = new Features(Directions(0.14, 0.14, 0.2, 0.2, 0.2), tensor([0L, 0, 5, 5, 5])); // cosines 0.990 and 0.980
        Assert.Equal(right, Knn.Measure(bank, new(Directions(0), tensor([5L])), classes: 6, k: 5, temperature).Top1);
    }

    [Fact]
    public void A_class_without_a_vote_is_no_answer()
    {
        var bank = new Features(Directions(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), tensor([3L, 4, 0, 1, 2, 5]));
        var test = new Features(Directions(0, 0, 0, 0), tensor([3L, 4, 0, 5]));
        Assert.Equal(new Accuracy(1 / 4.0, 1 / 4.0), Knn.Measure(bank, test, classes: 6, k: 1, temperature: 0.1));
        Assert.Equal(new Accuracy(1 / 4.0, 2 / 4.0), Knn.Measure(bank, test, classes: 6, k: 2, temperature: 0.1));
        Assert.Equal(new Accuracy(1 / 4.0, 2 / 4.0), Knn.Measure(bank, test, classes: 6, k: 2, temperature: 1e-5));
        Assert.Equal(new Accuracy(1 / 4.0, 3 / 4.0), Knn.Measure(bank, test, classes: 6, k: 5, temperature: 0.1));
    }

    // One picture in the bank twice, once as class 0 and once as class 5, in either order: no class gains by its number or its place.
    [Theory]
    [InlineData(1, 0L, 5L)]
    [InlineData(1, 5L, 0L)]
    [InlineData(2, 0L, 5L)]
    [InlineData(2, 5L, 0L)]
    public void Neighbours_that_tie_share_the_vote(int k, long first, long second)
    {
        var bank = new Features(Directions(0.1, 0.1, 0.5), tensor([first, second, 3L]));
        var test = new Features(Directions(0, 0, 0), tensor([0L, 5, 3]));
        Assert.Equal(new Accuracy(1 / 3.0, 2 / 3.0), Knn.Measure(bank, test, classes: 6, k, temperature: 0.1));
    }

    // Three alike tie for two places, two of them of class 1: 4/3 of a vote against 2/3.
    [Fact]
    public void What_ties_for_the_last_places_shares_them()
    {
        var bank = new Features(Directions(0.1, 0.1, 0.1, 0.5), tensor([0L, 1, 1, 2]));
        var test = new Features(Directions(0, 0), tensor([1L, 0]));
        Assert.Equal(1 / 2.0, Knn.Measure(bank, test, classes: 3, k: 2, temperature: 0.1).Top1);
    }

    // Cosines do not depend on how long features are, even where their squares leave float32.
    [Theory]
    [InlineData(1e-25)]
    [InlineData(1e25)]
    public void The_scale_of_features_does_not_matter(double scale)
    {
        var (bank, test) = (Random(60, seed: 1), Random(100, seed: 2));
        var expected = Knn.Measure(bank, test, Classes, k: 7, temperature: 0.07);
        Assert.Equal(
            expected,
            Knn.Measure(bank with { Values = bank.Values * scale }, test with { Values = test.Values * scale }, Classes, 7, 0.07)
        );
    }

    [Fact]
    public void Features_of_zeros_give_every_class_the_same_chance()
    {
        var bank = new Features(zeros(4, 2), tensor([0L, 1, 2, 3]));
        Assert.Equal(1 / 4.0, Knn.Measure(bank, bank, classes: 4, k: 2, temperature: 0.1).Top1, 1e-12);
    }

    // Unit vectors at these angles.
    private static Tensor Directions(params double[] angles) =>
        stack([.. angles.Select(static angle => tensor([(float)Math.Cos(angle), (float)Math.Sin(angle)]))]);

    private static Features Random(int count, long seed)
    {
        using var generator = Key.FromSeed(seed).Generator();
        var labels = Enumerable.Range(0, count).Select(i => (long)Key.FromSeed(seed).Uniform(i, 0, Classes)).ToArray();
        return new(randn([count, 6], dtype: ScalarType.Float32, generator: generator), tensor(labels));
    }

    private static double ByHand(Features bank, Features test, int k, double temperature)
    {
        var (keys, queries) = (Rows(bank), Rows(test));
        return queries.Average(query =>
        {
            var votes = new double[Classes];
            foreach (
                var (cosine, label) in keys.Select(key => (Cosine(query.Row, key.Row), key.Label)).OrderByDescending(x => x.Item1).Take(k)
            )
            {
                votes[label] += Math.Exp(cosine / temperature);
            }

            return Array.IndexOf(votes, votes.Max()) == query.Label ? 1.0 : 0.0;
        });
    }

    private static (float[] Row, long Label)[] Rows(Features features) =>
        [.. features.Values.Floats().Chunk(6).Zip(features.Labels.data<long>().ToArray())];

    private static double Cosine(float[] a, float[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)x * y).Sum();
}

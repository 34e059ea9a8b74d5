using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Evaluate;

public sealed class KnnTests
{
    private const int Classes = 5;

    [Theory]
    [InlineData(1, 0.07)]
    [InlineData(7, 0.07)]
    [InlineData(40, 0.5)]
    public void Equals_brute_force(int k, double temperature)
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

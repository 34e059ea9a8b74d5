using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Weighted k-nearest-neighbour classification of features by cosine similarity.</summary>
public static class Knn
{
    private const int Batch = 1000;

    /// <summary>
    /// How often the label of <paramref name="test"/> features wins the vote of the k most similar ones in <paramref name="bank"/>, each
    /// with weight exp(cosine / temperature).
    /// </summary>
    public static Accuracy Measure(Features bank, Features test, int classes, int k, double temperature)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var keys = NtXent.Normalize(bank.Values).t(); // [D, bank]
        var queries = NtXent.Normalize(test.Values); // [test, D]
        var votes = zeros([test.Count, classes], dtype: float32, device: queries.device);
        for (var start = 0; start < test.Count; start += Batch)
        {
            using var batchScope = NewDisposeScope();
            var length = Math.Min(Batch, test.Count - start);
            var (cosine, index) = queries.narrow(0, start, length).mm(keys).topk(k, 1); // [length, k]
            var labels = bank.Labels.index_select(0, index.flatten()).view(length, k);
            votes.narrow(0, start, length).scatter_add_(1, labels, (cosine / temperature).exp());
        }

        return Accuracy.Of(votes, test.Labels);
    }
}

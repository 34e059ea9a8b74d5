using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Weighted k-nearest-neighbour classification of features by cosine similarity.</summary>
public static class Knn
{
    private const int Batch = 1000;

    /// <summary>
    /// Share of <paramref name="test"/> features whose label wins the vote of the k most similar ones in <paramref name="bank"/>, each with
    /// weight exp(cosine / temperature).
    /// </summary>
    public static double Top1(Features bank, Features test, int classes, int k, double temperature)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var keys = NtXent.Normalize(bank.Values).t(); // [D, bank]
        var queries = NtXent.Normalize(test.Values); // [test, D]
        var right = 0L;
        for (var start = 0; start < test.Count; start += Batch)
        {
            using var batchScope = NewDisposeScope();
            var length = Math.Min(Batch, test.Count - start);
            var (cosine, index) = queries.narrow(0, start, length).mm(keys).topk(k, 1); // [length, k]
            var votes = zeros([length, classes], dtype: float32, device: cosine.device);
            votes.scatter_add_(1, bank.Labels.index_select(0, index.flatten()).view(length, k), (cosine / temperature).exp());
            right += votes.argmax(1).eq(test.Labels.narrow(0, start, length)).sum().ToInt64();
        }

        return right / (double)test.Count;
    }
}

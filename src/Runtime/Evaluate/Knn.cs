using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>Weighted k-nearest-neighbour classification of features by cosine similarity.</summary>
internal static class Knn
{
    private const int Batch = 1000;

    // Lower temperatures give the same winners as this one, since two different float32 cosines differ by far more.
    private const double LowestTemperature = 1e-300;

    // The smallest normal float32.
    private const double SmallestNormal = 1.17549435e-38;

    /// <summary>
    /// Measures the accuracy of the weighted vote of the k nearest neighbours, each with weight exp(cosine / temperature). A class without
    /// a vote is never the answer. If several images of the bank are equally similar and compete for the last of the k places, they share
    /// these places equally.
    /// </summary>
    /// <param name="bank">Features and labels of the images that vote.</param>
    /// <param name="test">Features and labels of the images that are classified.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="k">Number of neighbours.</param>
    /// <param name="temperature">Temperature of the weights.</param>
    public static Accuracy Measure(Features bank, Features test, int classes, int k, double temperature)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var keys = Directions(bank.Values).t(); // [D, bank]
        // Ranks share the images that are classified.
        var ranks = Ranks.Current;
        var own = ranks.Positions(test.Count).ToIndex().Upload(test.Values.device);
        var queries = Directions(test.Values).index_select(0, own); // [test, D]
        var votes = new List<Tensor>();
        for (var start = 0; start < queries.size(0); start += Batch)
        {
            using var batchScope = NewDisposeScope();
            var length = Math.Min(Batch, queries.size(0) - start);
            var similarities = queries.narrow(0, start, length).mm(keys); // [length, bank]
            votes.Add(Votes(similarities, bank.Labels, classes, k, temperature).MoveToOuterDisposeScope());
        }

        return Accuracy.Of(ranks.GatherRows(cat([.. votes]), test.Count, "votes"), test.Labels);
    }

    // The logarithm of the votes of each class [rows, classes], relative to the weight of the nearest neighbour; −∞ without a vote.
    // Logarithms, because at low temperatures the weights themselves overflow or vanish.
    private static Tensor Votes(Tensor similarities, Tensor bank, int classes, int k, double temperature)
    {
        var (cosine, index) = similarities.topk((int)Math.Min(k + 1, bank.size(0)), 1); // the most similar first
        var (nearest, last) = (cosine.narrow(1, 0, 1), cosine.narrow(1, k - 1, 1));
        Tensor Weight(Tensor of) => (of.to(float64) - nearest.to(float64)) / Math.Max(temperature, LowestTemperature);

        // If neighbour k + 1 is as similar as neighbour k, all images with this similarity share the places. Their votes are added below.
        var near = cosine.narrow(1, 0, k); // [rows, k]
        var sharing = bank.size(0) > k ? near.eq(last).logical_and(cosine.narrow(1, k, 1).eq(last)) : zeros_like(near, ScalarType.Bool);
        var weights = Weight(near).masked_fill(sharing, double.NegativeInfinity);

        var votes = full([cosine.size(0), classes], double.NegativeInfinity, dtype: float64, device: cosine.device);
        for (var i = 0; i < k; i++)
        {
            var label = bank.index_select(0, index.narrow(1, i, 1).flatten()).unsqueeze(1);
            votes.scatter_(1, label, votes.gather(1, label).logaddexp(weights.narrow(1, i, 1)));
        }

        var (places, weight) = (sharing.sum(1).cpu().data<long>(), Weight(last));
        for (var row = 0; row < places.Count; row++)
        {
            if (places[row] > 0)
            {
                var alike = bank.masked_select(similarities[row].eq(last[row]));
                var shares = bincount(alike, minlength: classes).to(float64) * ((double)places[row] / alike.size(0));
                votes[row].copy_(votes[row].logaddexp(shares.log() + weight[row]));
            }
        }

        return votes;
    }

    // Scales rows to unit length. Dividing by the largest value first keeps the squares within the range of float32. A row of zeros stays
    // zero.
    private static Tensor Directions(Tensor features)
    {
        var scale = features.abs().amax([1], keepdim: true).clamp_min(SmallestNormal);
        return NtXent.Normalize(features / scale);
    }
}

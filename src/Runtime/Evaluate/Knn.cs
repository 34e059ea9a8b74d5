using SimClrDsl.Runtime.Objectives;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>Weighted k-nearest-neighbour classification of features by cosine similarity.</summary>
internal static class Knn
{
    private const int Batch = 1000;

    // A temperature below this one has the same winners: the cosines of float32 that differ at all differ by more.
    private const double LowestTemperature = 1e-300;

    // The smallest number that float32 holds with all of its digits.
    private const double SmallestNormal = 1.17549435e-38;

    /// <summary>
    /// How often the label of <paramref name="test"/> features wins the vote of the k most similar ones in <paramref name="bank"/>, each
    /// with weight exp(cosine / temperature). A class without a vote is no answer. Images of the bank that are equally similar and tie for the
    /// last of the k places share them alike.
    /// </summary>
    public static Accuracy Measure(Features bank, Features test, int classes, int k, double temperature)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var keys = Directions(bank.Values).t(); // [D, bank]
        var queries = Directions(test.Values); // [test, D]
        var votes = new List<Tensor>();
        for (var start = 0; start < test.Count; start += Batch)
        {
            using var batchScope = NewDisposeScope();
            var length = Math.Min(Batch, test.Count - start);
            var similarities = queries.narrow(0, start, length).mm(keys); // [length, bank]
            votes.Add(Votes(similarities, bank.Labels, classes, k, temperature).MoveToOuterDisposeScope());
        }

        return Accuracy.Of(cat([.. votes]), test.Labels);
    }

    // The logarithm of each class's votes [rows, classes], relative to the nearest neighbour's; −∞ without a vote. The weights themselves
    // overflow at low temperatures, or all but the nearest one's vanish.
    private static Tensor Votes(Tensor similarities, Tensor bank, int classes, int k, double temperature)
    {
        var (cosine, index) = similarities.topk((int)Math.Min(k + 1, bank.size(0)), 1); // the most similar first
        var (nearest, last) = (cosine.narrow(1, 0, 1), cosine.narrow(1, k - 1, 1));
        Tensor Weight(Tensor of) => (of.to(float64) - nearest.to(float64)) / Math.Max(temperature, LowestTemperature);

        // Where the next one is as similar as the last of the k, all that are share the places left: their votes are added below.
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

    // Rows of length one, whatever their scale: squares of small or large features leave float32. A row of zeros stays one.
    private static Tensor Directions(Tensor features)
    {
        var scale = features.abs().amax([1], keepdim: true).clamp_min(SmallestNormal);
        return NtXent.Normalize(features / scale);
    }
}

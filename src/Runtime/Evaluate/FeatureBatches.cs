using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>Batches of features that were computed once.</summary>
internal static class FeatureBatches
{
    /// <summary>Batches of features with labels, where the features already are.</summary>
    public static Func<int, FeatureBatch> Of(Features set, int batch, Key order)
    {
        var stream = Batches.Stream(order, set.Count, batch);
        return step =>
        {
            using var index = stream(step).ToIndex();
            var there = index.Upload(set.Values.device);
            return new(set.Values.index_select(0, there), set.Labels.index_select(0, there));
        };
    }
}

using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>Batches of features that were computed beforehand.</summary>
internal static class FeatureBatches
{
    /// <summary>
    /// A function from the step, counted from 0, to its batch, on the device of the features; see <see cref="Batches"/> for the order.
    /// </summary>
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

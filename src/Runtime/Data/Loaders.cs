using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>Batches of an image set as functions of the step, on the device that trains.</summary>
internal static class Loaders
{
    /// <summary>Batches without labels. A batch larger than the set goes on with the next epoch's order.</summary>
    public static Func<int, UnlabelledBatch> Unlabelled(ImageSet set, int batch, Key order, Device device, ScalarType compute)
    {
        var stream = Batches.Stream(order, set.Count, batch);
        return step => new(set.Batch(stream(step), device), compute);
    }

    /// <summary>Batches with labels. A batch larger than the set goes on with the next epoch's order.</summary>
    public static Func<int, LabelledBatch> Labelled(ImageSet set, int batch, Key order, Device device, ScalarType compute)
    {
        var stream = Batches.Stream(order, set.Count, batch);
        return step =>
        {
            var indices = stream(step);
            return new(set.Batch(indices, device), Labels(set, indices).Upload(device), compute);
        };
    }

    /// <summary>Both at once, for Eq. 3: unlabelled images for its distillation term, labelled ones for its label term.</summary>
    public static Func<int, MixedBatch> Mixed(Func<int, UnlabelledBatch> unlabelled, Func<int, LabelledBatch> labelled) =>
        step => new(unlabelled(step), labelled(step));

    /// <summary>All images once, in order, in batches of at most <paramref name="batch"/>: for evaluation.</summary>
    public static IEnumerable<LabelledBatch> InOrder(ImageSet set, int batch, Device device, ScalarType compute)
    {
        for (var start = 0; start < set.Count; start += batch)
        {
            var length = Math.Min(batch, set.Count - start);
            var positions = Enumerable.Range(start, length).ToArray();
            yield return new(set.Batch(positions, device), set.Labels.narrow(0, start, length).Upload(device), compute);
        }
    }

    private static Tensor Labels(ImageSet set, int[] indices)
    {
        using var index = indices.ToIndex();
        return set.Labels.index_select(0, index);
    }
}

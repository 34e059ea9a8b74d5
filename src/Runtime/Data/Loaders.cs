using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>Makes functions from the step, counted from 0, to the batch of that step.</summary>
internal static class Loaders
{
    /// <summary>Batches without labels, in shuffled order; see <see cref="Batches"/>.</summary>
    public static Func<int, UnlabelledBatch> Unlabelled(ImageSet set, int batch, Key order, Device device, ScalarType compute)
    {
        var stream = Batches.Stream(order, set.Count, batch);
        return step => new(set.Batch(stream(step), device), compute);
    }

    /// <summary>Batches with labels, in shuffled order; see <see cref="Batches"/>.</summary>
    public static Func<int, LabelledBatch> Labelled(ImageSet set, int batch, Key order, Device device, ScalarType compute)
    {
        var stream = Batches.Stream(order, set.Count, batch);
        return step =>
        {
            var indices = stream(step);
            return new(set.Batch(indices, device), Labels(set, indices).Upload(device), compute);
        };
    }

    /// <summary>Batches for Eq. 3: unlabelled images for the distillation term and labelled ones for the cross-entropy term.</summary>
    public static Func<int, MixedBatch> Mixed(Func<int, UnlabelledBatch> unlabelled, Func<int, LabelledBatch> labelled) =>
        step => new(unlabelled(step), labelled(step));

    /// <summary>All images once, in order, in batches of at most <paramref name="batch"/> images, for evaluation.</summary>
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

using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// The endless stream of shuffled epochs, cut into batches. What a step trains on depends on the key and the step alone, so a resumed
/// run sees what it would have seen. Batches go across the borders of epochs, as in the reference input pipeline (shuffle, repeat, batch).
/// </summary>
public static class Batches
{
    /// <summary>Positions of the images in batch <paramref name="step"/>.</summary>
    internal static int[] Indices(Key order, int images, int batch, int step) => Stream(order, images, batch)(step);

    /// <summary>The same as a function of the step that remembers the permutation it used last; not for several threads at once.</summary>
    public static Func<int, int[]> Stream(Key order, int images, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var (epoch, permutation) = (-1L, Array.Empty<int>());
        return step =>
        {
            var indices = new int[batch];
            for (var j = 0; j < batch; j++)
            {
                var position = ((long)step * batch) + j;
                if (position / images != epoch)
                {
                    epoch = position / images;
                    permutation = order.At(epoch).Permutation(images);
                }

                indices[j] = permutation[position % images];
            }

            return indices;
        };
    }
}

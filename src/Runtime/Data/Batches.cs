using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Chooses the images of each batch. The images of all epochs, each shuffled anew, form one endless sequence that is cut into batches; so a
/// batch may contain the end of one epoch and the start of the next, as in the reference code's input pipeline (shuffle, repeat, batch).
/// The images of a step depend on the key and the step only.
/// </summary>
public static class Batches
{
    /// <summary>Positions of the images of batch <paramref name="step"/>, which is counted from 0.</summary>
    internal static int[] Indices(Key order, int images, int batch, int step) => Stream(order, images, batch)(step);

    /// <summary>
    /// A function from the step, counted from 0, to the positions of its images. It caches the permutation of the last epoch, so it must
    /// not be called by several threads at once.
    /// </summary>
    /// <param name="order">Key of the order. If it belongs to one of several ranks, only the images of its share are returned.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="batch">Images per batch of all ranks together; may exceed <paramref name="images"/>.</param>
    public static Func<int, int[]> Stream(Key order, int images, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var (epoch, permutation) = (-1L, Array.Empty<int>());
        return step =>
        {
            var indices = new int[order.Share.Of(batch)];
            for (var j = 0; j < indices.Length; j++)
            {
                var position = ((long)step * batch) + order.Share.Position(j);
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

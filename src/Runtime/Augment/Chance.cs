using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>Applies operations to a random subset of a batch.</summary>
internal static class Chance
{
    /// <summary>Chooses each of <paramref name="count"/> images independently with the given probability.</summary>
    internal static bool[] Of(Key key, int count, double probability)
    {
        var chosen = new bool[count];
        for (var i = 0; i < count; i++)
        {
            chosen[i] = key.Uniform(key.Sample(i)) < probability;
        }

        return chosen;
    }

    /// <summary>
    /// A copy of the batch in which the chosen images are replaced by the result of <paramref name="change"/>; the batch itself if none is
    /// chosen.
    /// </summary>
    internal static Tensor Replace(this Tensor images, bool[] chosen, Func<Tensor, Tensor> change)
    {
        var positions = Enumerable.Range(0, chosen.Length).Where(i => chosen[i]).ToArray();
        if (positions.Length == 0)
        {
            return images;
        }

        using var scope = NewDisposeScope();
        var index = positions.ToIndex().Upload(images.device);
        return images.index_copy(0, index, change(images.index_select(0, index))).MoveToOuterDisposeScope();
    }
}

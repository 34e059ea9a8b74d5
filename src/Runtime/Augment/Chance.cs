using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>Operations that some images of a batch undergo.</summary>
internal static class Chance
{
    /// <summary>Which of <paramref name="count"/> images are hit, each with the same probability, each by itself.</summary>
    internal static bool[] Of(Key key, int count, double probability)
    {
        var chosen = new bool[count];
        for (var i = 0; i < count; i++)
        {
            chosen[i] = key.Uniform(i) < probability;
        }

        return chosen;
    }

    /// <summary>A copy of the batch in which <paramref name="change"/> has replaced the chosen images; the batch itself where there is none.</summary>
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

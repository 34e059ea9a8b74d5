using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Operations that some images of a batch undergo.</summary>
internal static class Chance
{
    /// <summary>The positions below <paramref name="count"/> that are hit, each with the same probability, each by itself.</summary>
    internal static int[] Of(Key key, int count, double probability) =>
        [.. Enumerable.Range(0, count).Where(i => key.Uniform(i) < probability)];

    /// <summary>A copy of the batch in which <paramref name="change"/> has replaced the chosen images.</summary>
    internal static Tensor Replace(this Tensor images, int[] chosen, Func<Tensor, Tensor> change)
    {
        if (chosen.Length == 0)
        {
            return images;
        }

        using var scope = NewDisposeScope();
        var index = chosen.ToIndex().Upload(images.device);
        return images.index_copy(0, index, change(images.index_select(0, index))).MoveToOuterDisposeScope();
    }
}

using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Fixtures;

/// <summary>The numbers that make.py computes too, from a leaf's name: function <c>values</c> there.</summary>
internal static class Numbers
{
    /// <summary>Numbers for a leaf: a scale and a centre that suit what it is.</summary>
    internal static Tensor Of(string name, params long[] shape)
    {
        var count = shape.Aggregate(1L, static (product, side) => product * side);
        var (scale, centre) = Range(name.Split('.')[^1], fanIn: count / shape[0]);
        var seed = Seed(name);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)((Uniform(seed, i) * scale) + centre);
        }

        return tensor(values).reshape(shape);
    }

    /// <summary>The tree with every leaf replaced by the numbers of its path.</summary>
    internal static T Fill<T>(T tree)
        where T : class, ITree<T> => tree.Map(static leaf => Of(leaf.Path, leaf.Value.shape));

    private static (double Scale, double Centre) Range(string kind, double fanIn) =>
        kind switch
        {
            "kernel" or "expand" => (Math.Sqrt(3 / fanIn), 0),
            "scale" => (0.5, 1),
            "shift" => (0.3, 0),
            "bias" => (0.1, 0),
            "mean" => (0.2, 0),
            "variance" => (0.5, 1),
            "image" => (0.5, 0.5),
            _ => (1, 0),
        };

    // FNV-1a.
    private static uint Seed(string name) => name.Aggregate(2166136261u, static (hash, letter) => unchecked((hash ^ letter) * 16777619u));

    // The finaliser of murmur3 over a counter, as a number in [-1, 1).
    private static double Uniform(uint seed, long i)
    {
        unchecked
        {
            var z = ((uint)i * 0x9E3779B9u) + seed;
            z = (z ^ (z >> 16)) * 0x85EBCA6Bu;
            z = (z ^ (z >> 13)) * 0xC2B2AE35u;
            z ^= z >> 16;
            return (z / 2147483648.0) - 1;
        }
    }
}

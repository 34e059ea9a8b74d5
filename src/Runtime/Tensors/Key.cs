using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>
/// A key of a counter-based random number generator. A key is derived from the seed by the names and indices of its purpose (stage, epoch,
/// step, sample, view), and the same key always gives the same numbers, in any order and on any thread. All randomness of a run comes from
/// such keys.
/// </summary>
/// <param name="Value">The 64 bits of the key.</param>
public readonly record struct Key(ulong Value)
{
    /// <summary>The samples that this process draws for; keys that are derived from this one have the same share.</summary>
    internal Share Share { get; init; }

    /// <summary>The root key of a run.</summary>
    /// <param name="seed">The seed of the spec.</param>
    public static Key FromSeed(long seed) => new(Mix(unchecked((ulong)seed) ^ 0x5EED_C0DE_0000_0001UL));

    /// <summary>Derives the key of an indexed part, such as a step or a sample.</summary>
    /// <param name="index">The index.</param>
    public Key At(long index) => this with { Value = Mix(unchecked(Value ^ Mix((ulong)index + 0x9E37_79B9_7F4A_7C15UL))) };

    /// <summary>
    /// The index of sample <paramref name="i"/> of this process's share, by which it is drawn for: its position in the whole batch, so that
    /// what is drawn for an image does not depend on the number of ranks.
    /// </summary>
    internal long Sample(int i) => Share.Position(i);

    /// <summary>Derives the key of a named part, such as "crop".</summary>
    /// <param name="name">The name.</param>
    public Key At(string name)
    {
        // FNV-1a, because string.GetHashCode gives another value in each process.
        var hash = 14695981039346656037UL;
        foreach (var character in name)
        {
            hash = unchecked((hash ^ character) * 1099511628211UL);
        }

        return this with
        {
            Value = Mix(Value ^ Mix(hash)),
        };
    }

    /// <summary>Random number i of this key, uniform in [0, 1).</summary>
    internal double Uniform(long i) => (At(i).Value >> 11) * (1.0 / (1UL << 53));

    /// <summary>Random number i of this key, uniform in [low, high).</summary>
    internal double Uniform(long i, double low, double high) => low + (Uniform(i) * (high - low));

    /// <summary>A random permutation of 0 … count − 1.</summary>
    internal int[] Permutation(int count)
    {
        var order = new int[count];
        Permutation(order);
        return order;
    }

    /// <summary>Fills <paramref name="order"/> with a random permutation of 0 … length − 1 (Fisher–Yates).</summary>
    internal void Permutation(Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)(Uniform(i) * (i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    /// <summary>A libtorch generator that is seeded with this key.</summary>
    internal Generator Generator(Device? device = null) => new(Value & long.MaxValue, device);

    // The finaliser of SplitMix64, in which every input bit affects every output bit.
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EBUL;
            return z ^ (z >> 31);
        }
    }
}

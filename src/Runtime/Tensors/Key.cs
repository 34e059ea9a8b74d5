using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>
/// A counter-based random key: a value that is folded with what it is for (stage, epoch, step, sample, view) and then gives the
/// same numbers wherever and whenever it is asked. Nothing random in a run depends on anything else.
/// </summary>
public readonly record struct Key(ulong Value)
{
    /// <summary>The key of a whole run.</summary>
    public static Key FromSeed(long seed) => new(Mix(unchecked((ulong)seed) ^ 0x5EED_C0DE_0000_0001UL));

    /// <summary>The key of the part with this index.</summary>
    public Key At(long index) => new(Mix(unchecked(Value ^ Mix((ulong)index + 0x9E37_79B9_7F4A_7C15UL))));

    /// <summary>The key of the part with this name.</summary>
    public Key At(string name)
    {
        // FNV-1a: string.GetHashCode differs from run to run.
        var hash = 14695981039346656037UL;
        foreach (var character in name)
        {
            hash = unchecked((hash ^ character) * 1099511628211UL);
        }

        return new(Mix(Value ^ Mix(hash)));
    }

    /// <summary>The i-th number of this key, uniform in [0, 1).</summary>
    public double Uniform(long i) => (At(i).Value >> 11) * (1.0 / (1UL << 53));

    /// <summary>The i-th number of this key, uniform in [low, high).</summary>
    public double Uniform(long i, double low, double high) => low + (Uniform(i) * (high - low));

    /// <summary>0 … count−1 in random order.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        Permutation(order);
        return order;
    }

    /// <summary>Fills <paramref name="order"/> with its positions in random order.</summary>
    public void Permutation(Span<int> order)
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

    /// <summary>A tensor generator that starts at this key.</summary>
    public Generator Generator(Device? device = null) => new(Value & long.MaxValue, device);

    // The finaliser of SplitMix64: every input bit reaches every output bit.
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

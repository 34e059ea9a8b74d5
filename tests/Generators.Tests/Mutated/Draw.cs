namespace SimClrDsl.Generators.Tests.Mutated;

/// <summary>Random choices that a seed repeats on every machine and with every version of .NET (SplitMix64).</summary>
internal sealed class Draw(int seed)
{
    private ulong state = (ulong)seed;

    /// <summary>A number from 0 to one below <paramref name="count"/>.</summary>
    public int Below(int count)
    {
        state += 0x9E37_79B9_7F4A_7C15UL;
        var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EBUL;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)Math.Max(1, count));
    }

    public T From<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}

namespace SimClrDsl.Runtime.Tensors;

/// <summary>How large a tensor is that a file announces, before memory is taken for it.</summary>
internal static class TensorSize
{
    /// <summary>
    /// Number of values of a tensor of the given sizes; null if a size is negative, or if their product exceeds 64 bits even without those
    /// that are 0, which libtorch refuses.
    /// </summary>
    internal static long? Values(IReadOnlyCollection<long> sizes)
    {
        var product = sizes
            .Where(static size => size != 0)
            .Aggregate((Int128)1, static (all, size) => Fits(all) && size > 0 ? all * size : -1);
        return !Fits(product) ? null
            : sizes.Contains(0) ? 0
            : (long)product;
    }

    private static bool Fits(Int128 product) => product >= 0 && product <= long.MaxValue;
}

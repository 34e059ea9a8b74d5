namespace SimClrDsl.Planning;

/// <summary>
/// The parts in which several devices sum gradients while the backward pass goes on: few enough that each is worth a message, and small
/// enough that the last one, which nothing hides, is short.
/// </summary>
public static class GradientBuckets
{
    /// <summary>Number of parts, unless they would be larger than <see cref="LargestValues"/>.</summary>
    public const int Fewest = 8;

    /// <summary>Most values of a part: 16 MiB of float32.</summary>
    public const long LargestValues = 4 << 20;

    /// <summary>Number of equal parts of so many values. The parts of a step consist of whole tensors, so there may be one or two more.</summary>
    public static int Of(long values) => (int)Math.Max(Fewest, (values + LargestValues - 1) / LargestValues);
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Images with their labels, in main memory.</summary>
/// <param name="Images">uint8 [N, C, H, W] on the CPU.</param>
/// <param name="Labels">int64 [N], class indices, on the CPU.</param>
public sealed record ImageSet(Tensor Images, Tensor Labels)
{
    /// <summary>Number of images.</summary>
    public int Count => (int)Labels.numel();

    /// <summary>The images at these positions, in this order.</summary>
    public ImageSet Take(int[] positions)
    {
        using var index = positions.ToIndex();
        return new(Images.index_select(0, index), Labels.index_select(0, index));
    }

    /// <summary>The first <paramref name="count"/> images.</summary>
    public ImageSet First(int count) => count == Count ? this : new(Images.narrow(0, 0, count), Labels.narrow(0, 0, count));

    /// <summary>The labels as numbers.</summary>
    public long[] Classes() => Labels.data<long>().ToArray();
}

/// <summary>Positions as tensors.</summary>
internal static class Positions
{
    /// <summary>int64 [count] on the CPU.</summary>
    internal static Tensor ToIndex(this int[] positions) => tensor(Array.ConvertAll(positions, static position => (long)position));
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Images with their labels. Small ones lie decoded in main memory, large ones stay files until a batch needs them.</summary>
/// <param name="Labels">int64 [N], class indices, on the CPU; −1 for an image without a label.</param>
public abstract record ImageSet(Tensor Labels)
{
    /// <summary>How crops are resized.</summary>
    public Bicubic Bicubic { get; init; } = Bicubic.Tf2;

    /// <summary>Number of images.</summary>
    public int Count => (int)Labels.numel();

    /// <summary>The images at these positions, in this order.</summary>
    public abstract ImageSet Take(int[] positions);

    /// <summary>The images at these positions as a batch for a device.</summary>
    public abstract ImageBatch Batch(int[] positions, Device device);

    /// <summary>Side that evaluation makes the images.</summary>
    public abstract int Side { get; }

    /// <summary>The first <paramref name="count"/> images.</summary>
    public ImageSet First(int count) => count == Count ? this : Take([.. Enumerable.Range(0, count)]);

    /// <summary>The images that have a label.</summary>
    public ImageSet WithLabels()
    {
        var classes = Classes();
        return Array.TrueForAll(classes, static label => label >= 0)
            ? this
            : Take([.. Enumerable.Range(0, Count).Where(i => classes[i] >= 0)]);
    }

    /// <summary>The labels as numbers.</summary>
    public long[] Classes() => Labels.data<long>().ToArray();
}

/// <summary>Images of one size, decoded.</summary>
/// <param name="Images">uint8 [N, C, H, W] on the CPU.</param>
/// <param name="Labels">int64 [N] on the CPU.</param>
public sealed record PixelSet(Tensor Images, Tensor Labels) : ImageSet(Labels)
{
    public override int Side => (int)Images.size(3);

    public override ImageSet Take(int[] positions)
    {
        using var index = positions.ToIndex();
        return this with { Images = Images.index_select(0, index), Labels = Labels.index_select(0, index) };
    }

    // Chosen on the CPU, so that only a batch has to fit on the device.
    public override ImageBatch Batch(int[] positions, Device device)
    {
        using var index = positions.ToIndex();
        return new PixelBatch(Images.index_select(0, index).Upload(device), Bicubic);
    }
}

/// <summary>Positions as tensors.</summary>
internal static class Positions
{
    /// <summary>int64 [count] on the CPU.</summary>
    internal static Tensor ToIndex(this int[] positions) => tensor(Array.ConvertAll(positions, static position => (long)position));
}

using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// A set of images with labels. Small images are kept decoded in main memory; large ones are files that are decoded when a batch needs
/// them.
/// </summary>
/// <param name="Labels">int64 [N], class indices, on the CPU; −1 for an image without label.</param>
public abstract record ImageSet(Tensor Labels)
{
    /// <summary>How crops are resized.</summary>
    public Resizing Resizing { get; init; } = Resizing.Default;

    /// <summary>Number of images.</summary>
    public int Count => (int)Labels.numel();

    /// <summary>The subset of the images at these positions, in this order.</summary>
    /// <param name="positions">Positions in this set.</param>
    public abstract ImageSet Take(int[] positions);

    /// <summary>The images at these positions as a batch for a device.</summary>
    /// <param name="positions">Positions in this set.</param>
    /// <param name="device">The device that trains.</param>
    public abstract ImageBatch Batch(int[] positions, Device device);

    /// <summary>Height and width of the images in evaluation.</summary>
    public abstract int Side { get; }

    /// <summary>Adds the content of the images, without their labels, to a digest.</summary>
    internal virtual void AddContent(DataDigest digest) =>
        throw new NotSupportedException($"{GetType().Name} is no part of a data set, so it has no digest.");

    /// <summary>The first <paramref name="count"/> images.</summary>
    internal ImageSet First(int count) => count == Count ? this : Take([.. Enumerable.Range(0, count)]);

    /// <summary>The images that have a label.</summary>
    internal ImageSet WithLabels()
    {
        var classes = Classes();
        return Array.TrueForAll(classes, static label => label >= 0)
            ? this
            : Take([.. Enumerable.Range(0, Count).Where(i => classes[i] >= 0)]);
    }

    /// <summary>The labels as an array.</summary>
    internal long[] Classes() => Labels.numel() == 0 ? [] : Labels.data<long>().ToArray();
}

/// <summary>A set of decoded images of one size. A subset shares the pixels of the whole set.</summary>
/// <param name="Pixels">uint8 [M, C, H, W] on the CPU: the images of this set, or of the set that this is a subset of.</param>
/// <param name="Labels">int64 [N] on the CPU.</param>
public sealed record PixelSet(Tensor Pixels, Tensor Labels) : ImageSet(Labels)
{
    // Positions of the images of this set among the pixels; null if it has all of them.
    private int[]? Chosen { get; init; }

    /// <inheritdoc/>
    public override int Side => (int)Pixels.size(3);

    /// <summary>The pixels of the images of this set, uint8 [N, C, H, W] on the CPU; copied if this is a subset.</summary>
    public Tensor Images => Chosen is null ? Pixels : Select(Pixels, Chosen);

    /// <inheritdoc/>
    public override ImageSet Take(int[] positions) => this with { Chosen = Among(positions), Labels = Select(Labels, positions) };

    // The images are selected on the CPU, so that only a batch has to fit on the device.
    /// <inheritdoc/>
    public override ImageBatch Batch(int[] positions, Device device) =>
        new PixelBatch(Select(Pixels, Among(positions)).Upload(device), Resizing);

    // In parts, so that the pixels of a subset are never copied all at once.
    internal override void AddContent(DataDigest digest)
    {
        const int Part = 1000;
        digest.Add(string.Join('x', Pixels.shape[1..]));
        for (var start = 0; start < Count; start += Part)
        {
            using var part = Select(Pixels, Among([.. Enumerable.Range(start, Math.Min(Part, Count - start))]));
            digest.Add(part.bytes);
        }
    }

    private int[] Among(int[] positions) => Chosen is null ? positions : Array.ConvertAll(positions, position => Chosen[position]);

    private static Tensor Select(Tensor rows, int[] positions)
    {
        using var index = positions.ToIndex();
        return rows.index_select(0, index);
    }
}

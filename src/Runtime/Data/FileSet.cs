using System.Globalization;
using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>A set of image files that are decoded only when a batch needs them.</summary>
/// <param name="Files">The images.</param>
/// <param name="Labels">int64 [N] on the CPU.</param>
/// <param name="ViewSide">Height and width of the images in evaluation.</param>
internal sealed record FileSet(IReadOnlyList<EncodedImage> Files, Tensor Labels, int ViewSide) : ImageSet(Labels)
{
    public override int Side => ViewSide;

    public override ImageSet Take(int[] positions)
    {
        using var index = positions.ToIndex();
        return this with { Files = [.. positions.Select(position => Files[position])], Labels = Labels.index_select(0, index) };
    }

    public override ImageBatch Batch(int[] positions, Device device) => new FileBatch(this, positions, device);

    // A file that was not checked has no hash, so its name is hashed instead.
    internal override void AddContent(DataDigest digest)
    {
        foreach (var file in Files)
        {
            digest.Add(file.Content is { } content ? content.ToString("x", CultureInfo.InvariantCulture) : file.Name);
        }
    }
}

/// <summary>
/// A batch of image files, which are decoded when they are cropped. The images are decoded in parallel, one at a time per thread, to limit
/// the memory. Of a JPEG only the region that the crops need is decoded, and with antialiasing at a reduced scale if that is enough.
/// </summary>
/// <param name="Set">The set that the images belong to.</param>
/// <param name="Positions">Positions of the images in the set.</param>
/// <param name="Device">The device that trains.</param>
internal sealed record FileBatch(FileSet Set, int[] Positions, Device Device) : ImageBatch
{
    private const int Channels = 3;

    private readonly Dictionary<RandomCrop, Tensor> prepared = [];

    public override int Count => Positions.Length;

    public override void Prepare(params RandomCrop[] crops)
    {
        foreach (var (crop, views) in crops.Zip(Views(Array.ConvertAll(crops, ViewOf))))
        {
            prepared.Add(crop, views);
        }
    }

    public override Tensor RandomCrop(Key key, int side, double from, double to, double flip)
    {
        var crop = new RandomCrop(key, side, from, to, flip);
        return prepared.Remove(crop, out var views) ? views : Views([ViewOf(crop)])[0];
    }

    public override Tensor ForEvaluation(int side) =>
        Views([new(side, (_, height, width) => Crops.EvaluationBox(height, width, side), static _ => false)])[0].Clip();

    /// <summary>The parameters of one view of every image.</summary>
    /// <param name="Side">Height and width of the view.</param>
    /// <param name="Box">The box of image i, given i and the height and width of the image.</param>
    /// <param name="Mirrored">Whether image i is flipped left to right.</param>
    private sealed record View(int Side, Func<int, int, int, CropBox> Box, Func<int, bool> Mirrored);

    private static View ViewOf(RandomCrop crop) => new(crop.Side, crop.Box, crop.Mirrored);

    private Tensor[] Views(View[] views)
    {
        using var span = Spans.Of(StepPhase.Data, "decode and crop");
        var tensors = Array.ConvertAll(views, view => empty([Count, Channels, view.Side, view.Side]));
        InParallel.For(
            Count,
            i =>
                Set.Files[Positions[i]]
                    .Use(file => Write(file, i, [.. views.Zip(tensors, static (view, tensor) => new Target(view, tensor))]))
        );
        return Array.ConvertAll(tensors, tensor => tensor.Upload(Device));
    }

    private readonly record struct Target(View View, Tensor Tensor)
    {
        // The memory of one image. The bytes of a whole batch may exceed the largest length of a span.
        public Span<float> Of(int i)
        {
            using var image = Tensor.select(0, i);
            return MemoryMarshal.Cast<byte, float>(image.bytes);
        }
    }

    // Decodes the image once for all views that need the same scale, in the smallest region that contains their boxes.
    private void Write(byte[] file, int i, IReadOnlyList<Target> targets)
    {
        var (width, height) = Pictures.Size(file);
        var boxes = targets.Select(target => (target, Box: target.View.Box(i, height, width)));
        foreach (var same in boxes.GroupBy(view => Pictures.Eighths(file, view.Box, view.target.View.Side, Set.Resizing)))
        {
            var (eighths, region) = (same.Key, same.Select(static view => view.Box).Aggregate(static (all, box) => all.Around(box)));
            var picture = Pictures.Decode(file, eighths, region);
            foreach (var (target, box) in same)
            {
                var (view, scaled) = (target.View, PictureBox.AtEighths(box, eighths));
                PictureResampling.Resize(picture, scaled, view.Mirrored(i), view.Side, target.Of(i), Set.Resizing);
            }
        }
    }
}

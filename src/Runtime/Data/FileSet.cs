using System.Globalization;
using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>Images that stay encoded until a batch needs them.</summary>
/// <param name="Files">The images.</param>
/// <param name="Labels">int64 [N] on the CPU.</param>
/// <param name="ViewSide">Side that evaluation makes the images.</param>
internal sealed record FileSet(IReadOnlyList<EncodedImage> Files, Tensor Labels, int ViewSide) : ImageSet(Labels)
{
    public override int Side => ViewSide;

    public override ImageSet Take(int[] positions)
    {
        using var index = positions.ToIndex();
        return this with { Files = [.. positions.Select(position => Files[position])], Labels = Labels.index_select(0, index) };
    }

    public override ImageBatch Batch(int[] positions, Device device) => new FileBatch(this, positions, device);

    // A file that was not checked is told apart by its name.
    internal override void AddContent(DataDigest digest)
    {
        foreach (var file in Files)
        {
            digest.Add(file.Content is { } content ? content.ToString("x", CultureInfo.InvariantCulture) : file.Name);
        }
    }
}

/// <summary>
/// Encoded images of a batch. Cropping decodes: in parallel, each thread one image at a time, so that no more pixels are held than threads
/// need; and of a JPEG only what its crops show, and where they are antialiased no larger than they ask for.
/// </summary>
/// <param name="Set">Where the images come from.</param>
/// <param name="Positions">Which of them.</param>
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

    /// <summary>A view of every image: its side, and for image i its box, given height and width, and whether it is mirrored.</summary>
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
        // Of one image: those of a batch may be more bytes than a span can have.
        public Span<float> Of(int i)
        {
            using var image = Tensor.select(0, i);
            return MemoryMarshal.Cast<byte, float>(image.bytes);
        }
    }

    // Views that need the image at one scale are cut from one decoding of the part that they show.
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

using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Images that stay encoded until a batch needs them.</summary>
/// <param name="Files">The images.</param>
/// <param name="Labels">int64 [N] on the CPU.</param>
/// <param name="Broken">Counts those that cannot be decoded; each gives its place to the next one of the set.</param>
/// <param name="ViewSide">Side that evaluation makes the images.</param>
public sealed record FileSet(IReadOnlyList<EncodedImage> Files, Tensor Labels, BrokenImages Broken, int ViewSide) : ImageSet(Labels)
{
    public override int Side => ViewSide;

    public override ImageSet Take(int[] positions)
    {
        using var index = positions.ToIndex();
        return this with { Files = [.. positions.Select(position => Files[position])], Labels = Labels.index_select(0, index) };
    }

    public override ImageBatch Batch(int[] positions, Device device) => new FileBatch(this, positions, device);
}

/// <summary>
/// Encoded images of a batch. Cropping decodes: in parallel, each thread one image at a time, so that no more pixels are held than threads
/// need; and a JPEG only as large as its crop asks for.
/// </summary>
/// <param name="Set">Where the images come from.</param>
/// <param name="Positions">Which of them.</param>
/// <param name="Device">The device that trains.</param>
public sealed record FileBatch(FileSet Set, int[] Positions, Device Device) : ImageBatch
{
    private const int Channels = 3;

    public override int Count => Positions.Length;

    public override Tensor RandomCrop(Key key, int side, double from, double to, double flip)
    {
        var (boxes, flips) = (key.At("crop"), key.At("flip"));
        return Views(side, (i, height, width) => CropBox.Sample(boxes.At(i), height, width, from, to), i => flips.Uniform(i) < flip);
    }

    public override Tensor ForEvaluation(int side) =>
        Views(side, (_, height, width) => Crops.EvaluationBox(height, width, side), static _ => false);

    private Tensor Views(int side, Func<int, int, int, CropBox> box, Func<int, bool> mirror)
    {
        using var span = Profiling.Of(StepPhase.Data, "decode and crop");
        var views = new float[(long)Count * Channels * side * side];
        InParallel.For(
            Count,
            i =>
            {
                var view = views.AsSpan(i * Channels * side * side, Channels * side * side);
                Decode(Positions[i], side, (height, width) => box(i, height, width), mirror(i), view);
            }
        );
        return tensor(views).reshape(Count, Channels, side, side).Upload(Device);
    }

    // A broken image is passed over: the next one that is not takes its place.
    private void Decode(int position, int side, Func<int, int, CropBox> box, bool mirror, Span<float> view)
    {
        for (var skipped = 0; ; skipped++)
        {
            var image = Set.Files[(position + skipped) % Set.Files.Count];
            try
            {
                Decode(image.Read(), side, box, mirror, view, Set.Bicubic);
                return;
            }
            catch (PictureException why)
            {
                Set.Broken.Add(image.Name, why);
            }
        }
    }

    private static void Decode(byte[] file, int side, Func<int, int, CropBox> box, bool mirror, Span<float> view, Bicubic bicubic)
    {
        var (width, height) = Pictures.Size(file);
        var crop = box(height, width);

        // The shorter side of the image at which the shorter side of the crop is still as long as the view.
        var needed = (int)Math.Ceiling((double)side * Math.Min(width, height) / Math.Min(crop.Width, crop.Height));
        var picture = Pictures.Decode(file, atLeast: needed);
        PictureResampling.Resize(picture, crop.Scaled(height, width, picture.Height, picture.Width), mirror, side, view, bicubic);
    }
}

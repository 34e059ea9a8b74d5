using SimClrDsl.Planning;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Both splits of a data set.</summary>
/// <param name="Labelled">Positions of the labelled images among those for training, where a list names them.</param>
public sealed record OpenedImages(ImageSet Train, ImageSet Test, int[]? Labelled = null);

/// <summary>Image sets of picture files: small ones decoded at once, large ones when a batch needs them.</summary>
public static class PictureFolders
{
    private const int Channels = 3;

    /// <summary>Both splits of a data set of files, which must hold what the plan says.</summary>
    /// <exception cref="InputException">It holds something else, or more damaged images than the plan allows.</exception>
    public static OpenedImages Open(DataPlan plan, string folder)
    {
        var found = plan.Source == DataSource.Shards ? Shards.Open(folder, plan.Classes) : ClassFolders.Open(folder);
        Require("classes", plan.Classes, found.Classes, folder, plan.Source);
        Require("train_images", plan.TrainImages, found.Train.Count, folder, plan.Source);
        Require("test_images", plan.TestImages, found.Test.Count, folder, plan.Source);
        var listed = plan.LabelList is { } list ? LabelList.Positions(Path.Combine(folder, list), found.Train, plan.Labels) : null;
        var train = Set(plan, found.Train, new BrokenImages(plan.SkipBroken));
        if (listed is not null && train.Count < found.Train.Count)
        {
            throw new InputException($"{folder}: damaged images cannot be skipped beside a label list, which may name them; remove them.");
        }

        return new(train, Set(plan, found.Test, new BrokenImages(limit: 0)), listed);
    }

    private static void Require(string key, int expected, int found, string folder, DataSource source)
    {
        if (expected != found)
        {
            var advice = source is DataSource.Folder or DataSource.Shards ? $"write {key}: {found}" : "the data set is not whole";
            throw new InputException(
                $"{folder} has {found} {key.Replace('_', ' ')}, but the experiment is planned for {expected}: {advice}."
            );
        }
    }

    private static ImageSet Set(DataPlan plan, IReadOnlyList<LabelledFile> files, BrokenImages broken)
    {
        var images = files.Select(static file => file.Image).ToList();
        var labels = files.Select(static file => file.Label).ToArray();
        return plan.StaysEncoded ? new FileSet(images, tensor(labels), broken, plan.Side) : Decoded(images, labels, plan.Side, broken);
    }

    private static PixelSet Decoded(List<EncodedImage> images, long[] labels, int side, BrokenImages broken)
    {
        var size = Channels * side * side;
        var (pixels, whole) = (new byte[(long)images.Count * size], new bool[images.Count]);
        InParallel.For(
            images.Count,
            i =>
            {
                try
                {
                    Write(Pictures.Decode(images[i].Read()), side, pixels.AsSpan(i * size, size));
                    whole[i] = true;
                }
                catch (PictureException why)
                {
                    broken.Add(images[i].Name, why);
                }
            }
        );
        var set = new PixelSet(tensor(pixels).reshape(images.Count, Channels, side, side), tensor(labels));
        return broken.Count == 0 ? set : (PixelSet)set.Take([.. Enumerable.Range(0, images.Count).Where(i => whole[i])]);
    }

    /// <summary>Channel after channel; a picture of another size gives its middle square, resized.</summary>
    private static void Write(Picture picture, int side, Span<byte> planes)
    {
        if (picture.Width == side && picture.Height == side)
        {
            for (var i = 0; i < side * side; i++)
            {
                for (var channel = 0; channel < Channels; channel++)
                {
                    planes[(channel * side * side) + i] = picture.Pixels[(i * Channels) + channel];
                }
            }

            return;
        }

        var view = new float[planes.Length];
        PictureResampling.Resize(picture, CropBox.Central(picture.Height, picture.Width, share: 1), mirror: false, side, view);
        for (var i = 0; i < view.Length; i++)
        {
            planes[i] = (byte)Math.Round(255 * view[i]);
        }
    }
}

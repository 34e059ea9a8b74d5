using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Images beside their augmented views, to be looked at.</summary>
public static class ContactSheet
{
    private const int ImagesARow = 4;
    private const int Gap = 2;

    // Small images are enlarged by whole pixels to about this side.
    private const int TileSide = 96;
    private const byte White = 255;

    // Between the tiles of a strip, which is shown on light and on dark pages.
    private const byte Grey = 128;

    /// <summary>
    /// The first images of the first step of pretraining, each as evaluation sees it and as its two views: four images a row, three tiles
    /// each.
    /// </summary>
    /// <param name="data">The experiment's images.</param>
    /// <param name="view">The generated augmentation.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="device">Where to augment.</param>
    public static Picture Of(ExperimentData data, AugmentedView view, long seed, int count, Device device)
    {
        using var scope = NewDisposeScope();
        return Lay(Tiles(data, view, seed, count, device));
    }

    /// <summary>The same as a picture for each image: three tiles beside each other.</summary>
    /// <param name="data">The experiment's images.</param>
    /// <param name="view">The generated augmentation.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="device">Where to augment.</param>
    public static IReadOnlyList<Picture> Strips(ExperimentData data, AugmentedView view, long seed, int count, Device device)
    {
        using var scope = NewDisposeScope();
        return [.. Tiles(data, view, seed, count, device).split(1).Select(static one => Lay(one, Grey))];
    }

    /// <summary>Images beside each other, four groups a row.</summary>
    /// <param name="groups">float32 [groups, tiles, C, side, side] from 0 to 1: the tiles of a group stand closer together.</param>
    public static Picture Of(Tensor groups)
    {
        using var scope = NewDisposeScope();
        return Lay(Bytes(groups));
    }

    // uint8 [images, 3, C, side, side] on the CPU.
    private static Tensor Tiles(ExperimentData data, AugmentedView view, long seed, int count, Device device)
    {
        var stage = Key.FromSeed(seed).At(StageNames.Pretrain);
        var shown = Batches.Indices(stage.At("order"), data.Unlabelled.Count, Math.Min(count, data.Unlabelled.Count), step: 0);
        var images = data.Unlabelled.Batch(shown, device);
        var step = stage.At("steps").At(0);
        return Bytes(stack([images.ForEvaluation(data.Unlabelled.Side), view(images, step.At(0)), view(images, step.At(1))], dim: 1));
    }

    private static Tensor Bytes(Tensor tiles) => tiles.to(float32).clamp(0, 1).mul(255).round().to(ScalarType.Byte).cpu();

    // tiles: uint8 [images, tiles of one, C, side, side].
    private static Picture Lay(Tensor tiles, byte background = White)
    {
        var (count, tilesAnImage, side) = ((int)tiles.size(0), (int)tiles.size(1), (int)tiles.size(4));
        var scale = Math.Max(1, TileSide / side);
        var tile = (side * scale) + Gap;
        var (columns, rows) = (Math.Min(count, ImagesARow), (count + ImagesARow - 1) / ImagesARow);

        // Images stand apart by more than the tiles of one do.
        var group = (tilesAnImage * tile) + (2 * Gap);
        var (width, height) = (columns * group, rows * tile);
        var pixels = new byte[3 * width * height];
        Array.Fill(pixels, background);
        var enlarged = tiles.expand([-1, -1, 3, -1, -1]).repeat_interleave(scale, 3).repeat_interleave(scale, 4);
        var lines = enlarged.permute(0, 1, 3, 4, 2).contiguous();
        var bytes = lines.bytes;
        var (line, drawn) = (3 * side * scale, side * scale);
        for (var n = 0; n < count; n++)
        {
            for (var k = 0; k < tilesAnImage; k++)
            {
                var (left, top) = ((n % ImagesARow * group) + (k * tile), n / ImagesARow * tile);
                for (var y = 0; y < drawn; y++)
                {
                    var source = bytes.Slice(((((n * tilesAnImage) + k) * drawn) + y) * line, line);
                    source.CopyTo(pixels.AsSpan(3 * (((top + y) * width) + left)));
                }
            }
        }

        return new(width, height, pixels);
    }
}

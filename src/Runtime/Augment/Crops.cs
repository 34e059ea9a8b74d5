using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>Crops, resizes and flips images as the reference pipeline does, and prepares them for the network.</summary>
public static class Crops
{
    /// <summary>Fraction of the shorter side that the central square of evaluation has.</summary>
    internal const double CentralShare = 0.875;

    /// <summary>Up to this side, in pixels, evaluation uses the whole image, as for CIFAR.</summary>
    internal const int SmallSide = 32;

    /// <summary>
    /// One view of each image: a random crop with aspect ratio 3/4 to 4/3, resized bicubically, and flipped left to right with probability
    /// <paramref name="flip"/>.
    /// </summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="key">Key of this batch and view. The crop of sample i depends on this key and i only.</param>
    /// <param name="side">Height and width of the view.</param>
    /// <param name="from">Smallest fraction of the area that a crop keeps. Crops below 0.1 are never made.</param>
    /// <param name="to">Largest fraction of the area that a crop keeps.</param>
    /// <param name="flip">Probability of a horizontal flip.</param>
    /// <param name="resizing">How crops are resized.</param>
    /// <returns>
    /// float32 [N, C, side, side], which may exceed [0, 1] slightly: <see cref="Clip"/> is applied after the last colour operation.
    /// </returns>
    internal static Tensor RandomCrop(this Tensor images, Key key, int side, double from, double to, double flip, Resizing resizing)
    {
        using var span = Spans.Of(StepPhase.Augment, "crop");
        var (n, h, w) = ((int)images.shape[0], (int)images.shape[2], (int)images.shape[3]);
        var (boxes, flips) = (key.At("crop"), key.At("flip"));
        var drawn = new CropBox[n];
        for (var i = 0; i < n; i++)
        {
            drawn[i] = CropBox.Sample(boxes.At(boxes.Sample(i)), h, w, from, to);
        }

        return images.Resample(drawn, Chance.Of(flips, n, flip), side, resizing);
    }

    /// <summary>
    /// The images as evaluation uses them: the whole image if side is at most 32, else the central square with 87.5 % of the shorter side;
    /// resized bicubically.
    /// </summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="side">Height and width of the result.</param>
    /// <param name="resizing">How images are resized.</param>
    /// <returns>float32 [N, C, side, side] in [0, 1].</returns>
    internal static Tensor ForEvaluation(this Tensor images, int side, Resizing resizing)
    {
        var (n, h, w) = ((int)images.shape[0], (int)images.shape[2], (int)images.shape[3]);
        var box = EvaluationBox(h, w, side);
        return box == new CropBox(0, 0, side, side)
            ? images.to(ScalarType.Float32).div_(255)
            : images.Resample([.. Enumerable.Repeat(box, n)], new bool[n], side, resizing).Clip();
    }

    /// <summary>
    /// Clips pixels to [0, 1] in place, after the crop and the colour operations and before the blur. A bicubic kernel overshoots near
    /// edges. As in the reference code, the colour operations get the unclipped values (and clip their own results), and what still exceeds
    /// the range is clipped here.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W], which is changed.</param>
    /// <returns><paramref name="images"/>.</returns>
    public static Tensor Clip(this Tensor images) => images.clamp_(0, 1);

    /// <summary>The part of an image that evaluation uses.</summary>
    internal static CropBox EvaluationBox(int height, int width, int side) =>
        side <= SmallSide ? CropBox.Whole(height, width) : CropBox.Central(height, width, CentralShare);

    /// <summary>
    /// Converts images to the input of the network, channels-last. For bfloat16 the pixels keep their precision: the result is [N, 2 · C,
    /// H, W], the rounded channels followed by their rounding errors. For any other type it is [N, C, H, W] in that type.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="compute">The type that the network computes in.</param>
    public static Tensor ForNetwork(this Tensor images, ScalarType compute)
    {
        using var span = Spans.Of(StepPhase.Augment, "for the network");
        return Aten.ChannelsLast(Pixels.Split(images, compute));
    }
}

using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>From stored images to the pixels of a view (reference pipeline: crop, resize, flip).</summary>
public static class Crops
{
    // The share of the shorter side that evaluation keeps, and the side up to which it keeps the whole image (CIFAR).
    private const double CentralShare = 0.875;
    private const int SmallSide = 32;

    /// <summary>
    /// One view of each image: a random crop (aspect ratio 3/4 to 4/3), resized bicubically, mirrored with probability
    /// <paramref name="flip"/>.
    /// </summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="side">Side of the view.</param>
    /// <param name="from">Smallest share of the area a crop keeps; at least 0.1 is kept whatever it says.</param>
    /// <param name="to">Largest share of the area a crop keeps.</param>
    /// <param name="flip">Probability of a horizontal flip.</param>
    /// <param name="resizing">How crops are resized.</param>
    /// <returns>float32 [N, C, side, side], not yet cut off at 0 and 1: <see cref="Clip"/> does that after the last operation on colours.</returns>
    internal static Tensor RandomCrop(this Tensor images, Key key, int side, double from, double to, double flip, Resizing resizing)
    {
        using var span = Spans.Of(StepPhase.Augment, "crop");
        var (n, h, w) = ((int)images.shape[0], (int)images.shape[2], (int)images.shape[3]);
        var (boxes, flips) = (key.At("crop"), key.At("flip"));
        var drawn = new CropBox[n];
        for (var i = 0; i < n; i++)
        {
            drawn[i] = CropBox.Sample(boxes.At(i), h, w, from, to);
        }

        return images.Resample(drawn, Chance.Of(flips, n, flip), side, resizing);
    }

    /// <summary>
    /// The images as evaluation sees them: whole up to 32 px, above that the central 87.5 % of the side, resized bicubically.
    /// </summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="side">Side of the result.</param>
    /// <param name="resizing">How they are resized.</param>
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
    /// Cuts pixels off at 0 and 1, in place, after a crop and what follows it until grayscale. A cubic kernel overshoots beside edges; the
    /// reference hands that on to the colour operations, which cut off themselves, and cuts off whatever is left before the views are blurred.
    /// </summary>
    /// <param name="images">float32 views that the operation before this one made.</param>
    public static Tensor Clip(this Tensor images) => images.clamp_(0, 1);

    /// <summary>What evaluation keeps of an image.</summary>
    internal static CropBox EvaluationBox(int height, int width, int side) =>
        side <= SmallSide ? CropBox.Whole(height, width) : CropBox.Central(height, width, CentralShare);

    /// <summary>
    /// Images as the network takes them, channels last where that is faster: in the type it computes in, but for bfloat16 unrounded, as
    /// [N, 2 · C, H, W] whose second half of channels is what rounding leaves of the first.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="compute">The type that the network computes in.</param>
    public static Tensor ForNetwork(this Tensor images, ScalarType compute)
    {
        using var span = Spans.Of(StepPhase.Augment, "for the network");
        return Aten.ChannelsLast(Pixels.Split(images, compute));
    }
}

using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// The images of a batch before cropping. They may be decoded pixels or encoded files; cropping turns both into tensors of one size on the
/// device that trains.
/// </summary>
public abstract record ImageBatch
{
    /// <summary>Number of images.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Announces the crops that will be requested, so that image files need to be decoded only once for all of them. Does nothing for
    /// decoded images.
    /// </summary>
    /// <param name="crops">The crops.</param>
    public virtual void Prepare(params RandomCrop[] crops) { }

    /// <summary>
    /// One view of each image: a random crop with aspect ratio 3/4 to 4/3, resized bicubically, and flipped left to right with probability
    /// <paramref name="flip"/>.
    /// </summary>
    /// <param name="key">Key of this batch and view. The crop of sample i depends on this key and i only.</param>
    /// <param name="side">Height and width of the view.</param>
    /// <param name="from">Smallest fraction of the area that a crop keeps. Crops below 0.1 are never made.</param>
    /// <param name="to">Largest fraction of the area that a crop keeps.</param>
    /// <param name="flip">Probability of a horizontal flip.</param>
    /// <returns>
    /// float32 [N, C, side, side] on the device that trains. Values may exceed [0, 1] slightly: <see cref="Crops.Clip"/> is applied after
    /// the last colour operation.
    /// </returns>
    public abstract Tensor RandomCrop(Key key, int side, double from, double to, double flip);

    /// <summary>
    /// The images as evaluation uses them: the whole image if side is at most 32, else the central square with 87.5 % of the shorter side;
    /// resized bicubically.
    /// </summary>
    /// <param name="side">Height and width of the result.</param>
    /// <returns>float32 [N, C, side, side] in [0, 1] on the device that trains.</returns>
    public abstract Tensor ForEvaluation(int side);
}

/// <summary>A batch of decoded images of one size.</summary>
/// <param name="Pixels">uint8 [N, C, H, W] on the device that trains.</param>
/// <param name="Resizing">How crops are resized.</param>
internal sealed record PixelBatch(Tensor Pixels, Resizing Resizing) : ImageBatch
{
    public override int Count => (int)Pixels.size(0);

    public override Tensor RandomCrop(Key key, int side, double from, double to, double flip) =>
        Pixels.RandomCrop(key, side, from, to, flip, Resizing);

    public override Tensor ForEvaluation(int side) => Pixels.ForEvaluation(side, Resizing);
}

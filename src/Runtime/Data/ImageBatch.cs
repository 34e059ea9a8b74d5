using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// The images of a batch before their crop. Cropping is where decoded and encoded images meet: what follows works on tensors of one size
/// on the device that trains.
/// </summary>
public abstract record ImageBatch
{
    /// <summary>Number of images.</summary>
    public abstract int Count { get; }

    /// <summary>Makes the views that will be asked for, where that is work: each image is then decoded once for all of them.</summary>
    public virtual void Prepare(params RandomCrop[] crops) { }

    /// <summary>
    /// One view of each image: a random crop (aspect ratio 3/4 to 4/3), resized bicubically, mirrored with probability
    /// <paramref name="flip"/>.
    /// </summary>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="side">Side of the view.</param>
    /// <param name="from">Smallest share of the area a crop keeps; at least 0.1 is kept whatever it says.</param>
    /// <param name="to">Largest share of the area a crop keeps.</param>
    /// <param name="flip">Probability of a horizontal flip.</param>
    /// <returns>
    /// float32 [N, C, side, side] on the device that trains, not yet cut off at 0 and 1: <see cref="Crops.Clip"/> does that after the last
    /// operation on colours.
    /// </returns>
    public abstract Tensor RandomCrop(Key key, int side, double from, double to, double flip);

    /// <summary>The images as evaluation sees them: whole up to 32 px, above that the central 87.5 % of the side, resized bicubically.</summary>
    /// <param name="side">Side of the result.</param>
    /// <returns>float32 [N, C, side, side] in [0, 1] on the device that trains.</returns>
    public abstract Tensor ForEvaluation(int side);
}

/// <summary>Decoded images of one size.</summary>
/// <param name="Pixels">uint8 [N, C, H, W] on the device that trains.</param>
/// <param name="Resizing">How crops are resized.</param>
internal sealed record PixelBatch(Tensor Pixels, Resizing Resizing) : ImageBatch
{
    public override int Count => (int)Pixels.size(0);

    public override Tensor RandomCrop(Key key, int side, double from, double to, double flip) =>
        Pixels.RandomCrop(key, side, from, to, flip, Resizing);

    public override Tensor ForEvaluation(int side) => Pixels.ForEvaluation(side, Resizing);
}

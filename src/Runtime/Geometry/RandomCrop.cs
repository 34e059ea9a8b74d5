using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>
/// The parameters of a random crop of every image of a batch. Two equal values give the same views of the same batch, so a batch can make
/// views ahead of time.
/// </summary>
/// <param name="Key">Key of this batch and view. The crop of sample i depends on this key and i only.</param>
/// <param name="Side">Height and width of the view, in pixels.</param>
/// <param name="From">Smallest fraction of the image's area that a crop keeps.</param>
/// <param name="To">Largest fraction of the image's area that a crop keeps.</param>
/// <param name="Flip">Probability of a horizontal flip.</param>
public readonly record struct RandomCrop(Key Key, int Side, double From, double To, double Flip)
{
    /// <summary>The crop of sample <paramref name="i"/>, an image of this height and width.</summary>
    internal CropBox Box(int i, int height, int width) => CropBox.Sample(Key.At("crop").At(Key.Sample(i)), height, width, From, To);

    /// <summary>Whether sample <paramref name="i"/> is flipped left to right.</summary>
    internal bool Mirrored(int i) => Key.At("flip").Uniform(Key.Sample(i)) < Flip;
}

using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>A random crop of every image of a batch, before it is made: equal crops of one batch are equal views.</summary>
/// <param name="Key">Of this batch and view; sample i draws from it and i alone.</param>
/// <param name="Side">Side of the view.</param>
/// <param name="From">Smallest share of the area a crop keeps.</param>
/// <param name="To">Largest share of the area a crop keeps.</param>
/// <param name="Flip">Probability of a horizontal flip.</param>
public readonly record struct RandomCrop(Key Key, int Side, double From, double To, double Flip)
{
    /// <summary>The box of sample <paramref name="i"/>.</summary>
    internal CropBox Box(int i, int height, int width) => CropBox.Sample(Key.At("crop").At(i), height, width, From, To);

    /// <summary>Whether sample <paramref name="i"/> is mirrored.</summary>
    internal bool Mirrored(int i) => Key.At("flip").Uniform(i) < Flip;
}

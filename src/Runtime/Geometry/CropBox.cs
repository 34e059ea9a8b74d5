using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>A rectangle of whole pixels inside an image.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Number of rows.</param>
/// <param name="Width">Number of columns.</param>
internal readonly record struct CropBox(int Top, int Left, int Height, int Width)
{
    private const double MinAspect = 3.0 / 4;
    private const double MaxAspect = 4.0 / 3;
    private const double MinObjectCovered = 0.1;
    private const int Attempts = 100;

    /// <summary>The box of a whole image.</summary>
    public static CropBox Whole(int height, int width) => new(0, 0, height, width);

    /// <summary>
    /// The central square whose side is <paramref name="share"/> times the shorter side of the image, as evaluation uses it.
    /// </summary>
    public static CropBox Central(int height, int width, double share)
    {
        var side = (int)Math.Round(share * Math.Min(height, width));
        return new((height - side + 1) / 2, (width - side + 1) / 2, side, side);
    }

    /// <summary>Whether the box is not empty and lies inside an image of this size.</summary>
    internal bool IsWithin(long height, long width) =>
        this is { Top: >= 0, Left: >= 0, Height: > 0, Width: > 0 } && (long)Top + Height <= height && (long)Left + Width <= width;

    /// <summary>The smallest box that contains this one and <paramref name="other"/>.</summary>
    public CropBox Around(CropBox other)
    {
        var (top, left) = (Math.Min(Top, other.Top), Math.Min(Left, other.Left));
        var (bottom, right) = (Math.Max(Top + Height, other.Top + other.Height), Math.Max(Left + Width, other.Left + other.Width));
        return new(top, left, bottom - top, right - left);
    }

    /// <summary>
    /// Draws a random crop as tf.image.sample_distorted_bounding_box does, which the reference code uses. It differs from torchvision's
    /// RandomResizedCrop in three ways. The aspect ratio (width : height, 3/4 to 4/3) and the height are uniform, so the area is not. The
    /// offsets never take their largest value. And crops below a tenth of the image are rejected whatever the range says, since
    /// min_object_covered is 0.1 and the object is the whole image. After 100 rejected draws the result is the whole image.
    /// </summary>
    /// <param name="key">Key of this sample and view.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="from">Smallest fraction of the image's area.</param>
    /// <param name="to">Largest fraction of the image's area.</param>
    public static CropBox Sample(Key key, int height, int width, double from, double to)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = key.At(attempt);
            if (SampleOnce(draw, height, width, from, to) is { } box && (long)box.Height * box.Width >= MinObjectCovered * height * width)
            {
                return box;
            }
        }

        return Whole(height, width);
    }

    private static CropBox? SampleOnce(Key key, int imageHeight, int imageWidth, double from, double to)
    {
        var aspect = key.Uniform(0, MinAspect, MaxAspect);
        var (smallest, largest) = (from * imageHeight * imageWidth, to * imageHeight * imageWidth);
        var highest = Math.Min(imageHeight, HighestThatFits(imageWidth, Round(Math.Sqrt(largest / aspect)), aspect));
        var lowest = Math.Min(Round(Math.Sqrt(smallest / aspect)), highest);
        var height = lowest + RandomIndex(highest - lowest + 1, key, draw: 1);
        var width = Round(height * aspect);

        // Rounding may put the area just outside the range. As in TensorFlow, one row more or one row less then corrects it.
        if (height * width < smallest)
        {
            height++;
            width = Round(height * aspect);
        }

        if (height * width > largest)
        {
            height--;
            width = Round(height * aspect);
        }

        var valid =
            height > 0
            && width > 0
            && height <= imageHeight
            && width <= imageWidth
            && height * width >= smallest
            && height * width <= largest;
        return valid
            ? new(RandomIndex(imageHeight - height, key, draw: 2), RandomIndex(imageWidth - width, key, draw: 3), height, width)
            : null;
    }

    // The largest height up to the given one at which the crop is no wider than the image.
    private static int HighestThatFits(int imageWidth, int height, double aspect)
    {
        while (Round(height * aspect) > imageWidth)
        {
            height--;
        }

        return height;
    }

    // A uniform index 0 … count − 1; 0 if count is not positive.
    private static int RandomIndex(int count, Key key, int draw) => count <= 0 ? 0 : (int)(key.Uniform(draw) * count);

    // Rounds halves to even, as lrintf does.
    private static int Round(double value) => (int)Math.Round(value);
}

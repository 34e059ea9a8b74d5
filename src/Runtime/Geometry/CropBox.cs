using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Geometry;

/// <summary>A rectangle of whole pixels inside an image.</summary>
public readonly record struct CropBox(int Top, int Left, int Height, int Width)
{
    private const double MinAspect = 3.0 / 4;
    private const double MaxAspect = 4.0 / 3;
    private const double MinObjectCovered = 0.1;
    private const int Attempts = 100;

    /// <summary>The whole of an image.</summary>
    public static CropBox Whole(int height, int width) => new(0, 0, height, width);

    /// <summary>The middle square with a share of the image's shorter side, as for evaluation.</summary>
    public static CropBox Central(int height, int width, double share)
    {
        var side = (int)Math.Round(share * Math.Min(height, width));
        return new((height - side + 1) / 2, (width - side + 1) / 2, side, side);
    }

    /// <summary>Whether it has pixels, all of them of an image of this size.</summary>
    internal bool IsWithin(long height, long width) =>
        this is { Top: >= 0, Left: >= 0, Height: > 0, Width: > 0 } && (long)Top + Height <= height && (long)Left + Width <= width;

    /// <summary>The smallest box that holds both.</summary>
    public CropBox Around(CropBox other)
    {
        var (top, left) = (Math.Min(Top, other.Top), Math.Min(Left, other.Left));
        var (bottom, right) = (Math.Max(Top + Height, other.Top + other.Height), Math.Max(Left + Width, other.Left + other.Width));
        return new(top, left, bottom - top, right - left);
    }

    /// <summary>
    /// A random crop as tf.image.sample_distorted_bounding_box draws it, on which the reference's numbers rest. Not torchvision's: aspect
    /// ratio (width : height, 3/4 to 4/3) and height are uniform, so the area is not; offsets never take their last value; and
    /// min_object_covered = 0.1 with the whole image as the object rejects crops below a tenth of the area, whatever the range says.
    /// </summary>
    /// <param name="key">Of this sample and view.</param>
    /// <param name="height">Of the image.</param>
    /// <param name="width">Of the image.</param>
    /// <param name="from">Smallest share of the area.</param>
    /// <param name="to">Largest share of the area.</param>
    public static CropBox Sample(Key key, int height, int width, double from, double to)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var draw = key.At(attempt);
            if (Try(draw, height, width, from, to) is { } box && (long)box.Height * box.Width >= MinObjectCovered * height * width)
            {
                return box;
            }
        }

        return Whole(height, width);
    }

    private static CropBox? Try(Key key, int imageHeight, int imageWidth, double from, double to)
    {
        var aspect = key.Uniform(0, MinAspect, MaxAspect);
        var (smallest, largest) = (from * imageHeight * imageWidth, to * imageHeight * imageWidth);
        var highest = Math.Min(imageHeight, HighestThatFits(imageWidth, Round(Math.Sqrt(largest / aspect)), aspect));
        var lowest = Math.Min(Round(Math.Sqrt(smallest / aspect)), highest);
        var height = lowest + Below(highest - lowest + 1, key, draw: 1);
        var width = Round(height * aspect);

        // Rounding may leave the range by a row: one row more, or else one less, is still a crop.
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
        return valid ? new(Below(imageHeight - height, key, draw: 2), Below(imageWidth - width, key, draw: 3), height, width) : null;
    }

    // The largest height, at most the one given, whose width at this aspect ratio is not wider than the image.
    private static int HighestThatFits(int imageWidth, int height, double aspect)
    {
        while (Round(height * aspect) > imageWidth)
        {
            height--;
        }

        return height;
    }

    // 0 … count−1, and 0 where there is no choice.
    private static int Below(int count, Key key, int draw) => count <= 0 ? 0 : (int)(key.Uniform(draw) * count);

    // Halves to even, as lrintf rounds.
    private static int Round(double value) => (int)Math.Round(value);
}

namespace SimClrDsl.Runtime.Geometry;

/// <summary>A rectangle inside a picture whose edges may lie within pixels: what a box of a full-size image is in a smaller decoding of it.</summary>
/// <param name="Top">Rows above it.</param>
/// <param name="Left">Columns left of it.</param>
/// <param name="Height">In rows.</param>
/// <param name="Width">In columns.</param>
public readonly record struct PictureBox(double Top, double Left, double Height, double Width)
{
    /// <summary>The same rectangle, of whole pixels.</summary>
    public static implicit operator PictureBox(CropBox box) => new(box.Top, box.Left, box.Height, box.Width);

    /// <summary>The box in an image decoded at so many eighths of its size, each pixel of which stands for 8 / eighths of the full size.</summary>
    internal static PictureBox AtEighths(CropBox box, int eighths)
    {
        var share = eighths / 8.0;
        return new(box.Top * share, box.Left * share, box.Height * share, box.Width * share);
    }
}

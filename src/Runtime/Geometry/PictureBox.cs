namespace SimClrDsl.Runtime.Geometry;

/// <summary>
/// A rectangle inside a picture whose edges need not fall between pixels. It describes a <see cref="CropBox"/> of the full-size image in a
/// picture that was decoded at a smaller scale.
/// </summary>
/// <param name="Top">Top edge, in rows of the picture.</param>
/// <param name="Left">Left edge, in columns of the picture.</param>
/// <param name="Height">Height, in rows.</param>
/// <param name="Width">Width, in columns.</param>
internal readonly record struct PictureBox(double Top, double Left, double Height, double Width)
{
    /// <summary>The same rectangle in a picture of full size.</summary>
    public static implicit operator PictureBox(CropBox box) => new(box.Top, box.Left, box.Height, box.Width);

    /// <summary>The box in a picture that was decoded at <paramref name="eighths"/> / 8 of the full size.</summary>
    internal static PictureBox AtEighths(CropBox box, int eighths)
    {
        var share = eighths / 8.0;
        return new(box.Top * share, box.Left * share, box.Height * share, box.Width * share);
    }
}

using SimClrDsl.Runtime.Geometry;

namespace SimClrDsl.Runtime.Images;

/// <summary>
/// Image files as pixels, as TensorFlow's decoders read them: three channels whatever the file has. Grey is repeated, palettes are looked
/// up, alpha is dropped, 16 bits become 8, CMYK becomes RGB; colour profiles and the orientation a camera noted are ignored.
/// </summary>
public static class Pictures
{
    /// <summary>Decodes a JPEG or PNG, told apart by their first bytes and not by the file's name.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <exception cref="PictureException">It is neither, or it is damaged or too large.</exception>
    internal static Picture Decode(byte[] file) =>
        file.Length == 0 ? throw new PictureException("empty file")
        : Jpeg.Is(file) ? Jpeg.Decode(file, eighths: Jpeg.FullSize)
        : Png.Is(file) ? Png.Decode(file)
        : throw new PictureException("neither JPEG nor PNG");

    /// <summary>
    /// Decodes as much of a file as a region needs; other pixels are undefined. The pixels may lie in a buffer of the thread: they hold until
    /// it decodes the next one.
    /// </summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="eighths">The scale, of <see cref="Eighths"/>.</param>
    /// <param name="region">In pixels of the full size.</param>
    /// <exception cref="PictureException">It is no image, or it is damaged.</exception>
    internal static Picture Decode(byte[] file, int eighths, CropBox region) =>
        Jpeg.Is(file) ? Jpeg.Decode(file, eighths, region) : Decode(file);

    /// <summary>
    /// The scale at which a file's image is decoded for a crop that becomes a square view, in eighths of its size. A JPEG that is antialiased is
    /// decoded smaller where that leaves the view as it is; the decoder's averages are not the reference pipeline's pixels, so without
    /// antialiasing the scale is 8.
    /// </summary>
    internal static int Eighths(byte[] file, CropBox crop, int side, Resizing resizing) =>
        resizing.Antialias && Jpeg.Is(file) ? Jpeg.Eighths(Math.Min(crop.Height, crop.Width), side) : Jpeg.FullSize;

    /// <summary>
    /// Decodes all that a file holds, as cheaply as that can be done (a JPEG at an eighth of its size), and keeps nothing: any damage to its
    /// data is found.
    /// </summary>
    /// <returns>What is odd about a file that can be used all the same; null where nothing is.</returns>
    /// <exception cref="PictureException">It is no image, damaged or too large.</exception>
    internal static string? Check(byte[] file)
    {
        if (Jpeg.Is(file))
        {
            var strays = Jpeg.Check(file);
            return strays == 0 ? null : $"{strays} stray {(strays == 1 ? "byte" : "bytes")} between its markers";
        }

        _ = Decode(file);
        return null;
    }

    /// <summary>A picture as the bytes of a PNG file.</summary>
    public static byte[] Encode(Picture picture) => Png.Encode(picture);

    /// <summary>Width and height of a file's image at full size, read from its header.</summary>
    /// <exception cref="PictureException">It is no image.</exception>
    internal static (int Width, int Height) Size(byte[] file) =>
        file.Length == 0 ? throw new PictureException("empty file")
        : Jpeg.Is(file) ? Jpeg.Size(file)
        : Png.Is(file) ? Png.Size(file)
        : throw new PictureException("neither JPEG nor PNG");
}

namespace SimClrDsl.Runtime;

/// <summary>
/// Image files as pixels, as TensorFlow's decoders read them: three channels whatever the file has. Grey is repeated, palettes are looked
/// up, alpha is dropped, 16 bits become 8, CMYK becomes RGB; colour profiles and the orientation a camera noted are ignored.
/// </summary>
public static class Pictures
{
    /// <summary>Decodes a JPEG or PNG, told apart by their first bytes and not by the file's name.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="atLeast">Decodes a JPEG at the smallest scale whose shorter side is at least this many pixels; 0 for full size.</param>
    /// <exception cref="PictureException">It is neither, or it is damaged.</exception>
    public static Picture Decode(byte[] file, int atLeast = 0) =>
        file.Length == 0 ? throw new PictureException("empty file")
        : Jpeg.Is(file) ? Jpeg.Decode(file, Eighths(file, Jpeg.Size(file), atLeast))
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

    /// <summary>The scale at which a file's image is decoded so that its shorter side has at least so many pixels, in eighths of its size.</summary>
    internal static int Eighths(byte[] file, (int Width, int Height) size, int atLeast) =>
        Jpeg.Eighths(Math.Min(size.Width, size.Height), Jpeg.Is(file) ? atLeast : 0);

    /// <summary>A picture as the bytes of a PNG file.</summary>
    public static byte[] Encode(Picture picture) => Png.Encode(picture);

    /// <summary>Width and height of a file's image at full size, read from its header.</summary>
    /// <exception cref="PictureException">It is no image.</exception>
    public static (int Width, int Height) Size(byte[] file) =>
        file.Length == 0 ? throw new PictureException("empty file")
        : Jpeg.Is(file) ? Jpeg.Size(file)
        : Png.Is(file) ? Png.Size(file)
        : throw new PictureException("neither JPEG nor PNG");
}

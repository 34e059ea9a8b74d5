using SimClrDsl.Runtime.Geometry;

namespace SimClrDsl.Runtime.Images;

/// <summary>
/// Decodes and encodes image files. As with TensorFlow's decoders the result always has three channels of 8 bits: grey is repeated,
/// palettes are looked up, alpha is dropped, 16 bits are reduced to 8, and CMYK is converted to RGB. Colour profiles and the EXIF
/// orientation are ignored.
/// </summary>
public static class Pictures
{
    /// <summary>The formats that are read, for messages.</summary>
    internal const string Formats = "JPEG, PNG, WebP or BMP";

    /// <summary>The file name extensions of these formats, in lower case.</summary>
    internal static IReadOnlyList<string> Endings { get; } = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp"];

    /// <summary>Decodes a file of one of <see cref="Formats"/>. The format is recognised by the first bytes, not by the name.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <exception cref="PictureException">The file has none of these formats, is damaged, or is too large.</exception>
    internal static Picture Decode(byte[] file) =>
        file.Length == 0 ? throw new PictureException("empty file")
        : Jpeg.Is(file) ? Jpeg.Decode(file, eighths: Jpeg.FullSize)
        : Png.Is(file) ? Png.Decode(file)
        : WebP.Is(file) ? WebP.Decode(file)
        : Bmp.Is(file) ? Bmp.Decode(file)
        : throw OtherFormat();

    /// <summary>
    /// Decodes the part of a file that a region needs; other pixels are undefined. The pixels may be in a buffer of the thread, which its
    /// next call overwrites.
    /// </summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="eighths">The scale, in eighths, from <see cref="Eighths"/>.</param>
    /// <param name="region">The region, in pixels of the full size.</param>
    /// <exception cref="PictureException">The file is not an image, or is damaged.</exception>
    internal static Picture Decode(byte[] file, int eighths, CropBox region) =>
        Jpeg.Is(file) ? Jpeg.Decode(file, eighths, region) : Decode(file);

    /// <summary>
    /// The scale, in eighths, at which to decode an image for a crop that is resized to a square view. With antialiasing a JPEG is decoded
    /// at a smaller scale if that does not change the view. Without antialiasing the scale is 8, because the decoder's averages differ from
    /// the pixels that the reference pipeline reads.
    /// </summary>
    internal static int Eighths(byte[] file, CropBox crop, int side, Resizing resizing) =>
        resizing.Antialias && Jpeg.Is(file) ? Jpeg.Eighths(Math.Min(crop.Height, crop.Width), side) : Jpeg.FullSize;

    /// <summary>
    /// Checks a file for damage by decoding all of its data, at an eighth of its size if it is a JPEG.
    /// </summary>
    /// <returns>A remark about a file that can be used although it is not well-formed; null if there is none.</returns>
    /// <exception cref="PictureException">The file is not an image, is damaged, or is too large.</exception>
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

    /// <summary>Encodes a picture as a PNG file.</summary>
    /// <param name="picture">The picture.</param>
    /// <returns>The bytes of the file.</returns>
    public static byte[] Encode(Picture picture) => Png.Encode(picture);

    /// <summary>Width and height of a file's image at full size, read from its header.</summary>
    /// <exception cref="PictureException">The file is not an image.</exception>
    internal static (int Width, int Height) Size(byte[] file) =>
        file.Length == 0 ? throw new PictureException("empty file")
        : Jpeg.Is(file) ? Jpeg.Size(file)
        : Png.Is(file) ? Png.Size(file)
        : WebP.Is(file) ? WebP.Size(file)
        : Bmp.Is(file) ? Bmp.Size(file)
        : throw OtherFormat();

    private static PictureException OtherFormat() => new($"not {Formats}");
}

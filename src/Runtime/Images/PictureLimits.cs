using System.Globalization;

namespace SimClrDsl.Runtime.Images;

/// <summary>Limits on the size of a picture, which are checked with its header before memory is allocated.</summary>
internal static class PictureLimits
{
    /// <summary>Largest number of pixels, which take half a gibibyte decoded. Pillow has the same limit.</summary>
    public const long Pixels = 178_956_970;

    /// <summary>Largest width and height: the largest that a JPEG header can hold.</summary>
    public const long Side = 65_535;

    // Pictures with more pixels than this are decoded one at a time, since several at once might not fit into memory.
    private const long LargePicture = 1 << 25;

    private static readonly Lock OneAtATime = new();

    /// <summary>Checks the size from the header, and calls <paramref name="decode"/>.</summary>
    /// <exception cref="PictureException">The picture is too large, or there is not enough memory for it.</exception>
    public static T Within<T>(long width, long height, Func<T> decode)
    {
        Require(width, height);
        try
        {
            if (width * height <= LargePicture)
            {
                return decode();
            }

            lock (OneAtATime)
            {
                return decode();
            }
        }
        catch (OutOfMemoryException)
        {
            throw new PictureException($"{Size(width, height)}: there is not enough memory to decode it");
        }
    }

    /// <summary>Checks the size from the header.</summary>
    /// <exception cref="PictureException">A picture of this size is too large.</exception>
    public static void Require(long width, long height)
    {
        if (width > Side || height > Side || width * height > Pixels)
        {
            throw new PictureException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Size(width, height)}: at most {Pixels:N0} pixels and {Side:N0} a side are read; make it smaller"
                )
            );
        }
    }

    private static string Size(long width, long height) => string.Create(CultureInfo.InvariantCulture, $"{width} x {height} pixels");
}

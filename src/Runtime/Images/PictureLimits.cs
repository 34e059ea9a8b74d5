using System.Globalization;

namespace SimClrDsl.Runtime.Images;

/// <summary>How large a picture may be: known from its header, before memory is taken for it.</summary>
internal static class PictureLimits
{
    /// <summary>Pixels of one picture; half a gibibyte decoded. Pillow refuses larger ones too.</summary>
    public const long Pixels = 178_956_970;

    /// <summary>Pixels of one side: what a JPEG's header can say.</summary>
    public const long Side = 65_535;

    // Of pictures above so many pixels one is decoded at a time, however many threads decode: together they might not fit into memory.
    private const long Many = 1 << 25;

    private static readonly Lock OneAtATime = new();

    /// <summary>Decodes a picture of a size that its header gives.</summary>
    /// <exception cref="PictureException">It is too large, or there is no memory for it.</exception>
    public static T Within<T>(long width, long height, Func<T> decode)
    {
        Require(width, height);
        try
        {
            if (width * height <= Many)
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

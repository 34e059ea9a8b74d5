using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime.Images;

/// <summary>Decodes WebP files, lossy and lossless ones, with libwebp.</summary>
internal static partial class WebP
{
    private const string Library = "libwebp.so.7";

    // Constants of webp/decode.h: the version of its interface, and the status of a header that can be used.
    private const int Version = 0x0209;
    private const int Good = 0;

    // The word RIFF, the number of bytes that follow, and the word WEBP.
    private const int RiffHeader = 12;
    private const int SizeAt = 4;

    /// <summary>Whether the bytes start as a WebP file does.</summary>
    public static bool Is(ReadOnlySpan<byte> file) =>
        file.Length >= RiffHeader && file.StartsWith("RIFF"u8) && file[(RiffHeader - 4)..].StartsWith("WEBP"u8);

    /// <summary>Width and height, from the header.</summary>
    public static (int Width, int Height) Size(byte[] file)
    {
        var header = HeaderOf(file);
        PictureLimits.Require(header.Width, header.Height);
        return (header.Width, header.Height);
    }

    /// <summary>Decodes the whole image.</summary>
    public static Picture Decode(byte[] file)
    {
        var header = HeaderOf(file);
        return PictureLimits.Within(header.Width, header.Height, () => Whole(file, header));
    }

    private static Picture Whole(byte[] file, Features header)
    {
        var stride = 3 * header.Width;
        var pixels = GC.AllocateUninitializedArray<byte>(stride * header.Height);
        return WebPDecodeRGBInto(file, (nuint)file.Length, pixels, (nuint)pixels.Length, stride) != 0
            ? new(header.Width, header.Height, pixels)
            : throw Damaged("data that cannot be decoded");
    }

    // The decoder reads a file that lacks its end as far as it goes, so the length in the header is compared here.
    private static Features HeaderOf(byte[] file)
    {
        var length = BitConverter.ToUInt32(file, SizeAt);
        if (length > file.Length - SizeAt - sizeof(uint))
        {
            throw Damaged("cut short");
        }

        Features features;
        int status;
        try
        {
            status = WebPGetFeaturesInternal(file, (nuint)file.Length, out features, Version);
        }
        catch (DllNotFoundException)
        {
            throw new PictureException("a WebP file, for which the Debian package libwebp7 is missing");
        }

        return status != Good ? throw Damaged("no usable header")
            : features.IsAnimated != 0 ? throw new PictureException("an animated WebP, which is not one picture")
            : features;
    }

    private static PictureException Damaged(string reason) => new($"damaged WebP ({reason})");

    // WebPBitstreamFeatures of webp/decode.h, with the five numbers that it keeps for later versions.
    [StructLayout(LayoutKind.Sequential, Size = 10 * sizeof(int))]
    private struct Features
    {
        public int Width;
        public int Height;
        public int HasAlpha;
        public int IsAnimated;
    }

    [LibraryImport(Library)]
    private static partial int WebPGetFeaturesInternal(byte[] file, nuint length, out Features features, int version);

    [LibraryImport(Library)]
    private static partial nint WebPDecodeRGBInto(byte[] file, nuint length, [Out] byte[] pixels, nuint size, int stride);
}

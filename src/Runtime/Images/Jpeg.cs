using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime;

/// <summary>JPEG files, by libturbojpeg.</summary>
internal static partial class Jpeg
{
    private const string Library = "libturbojpeg.so.0";

    // Values of turbojpeg.h.
    private const int Rgb = 0;
    private const int Cmyk = 11;
    private const int SpaceCmyk = 3;
    private const int SpaceYcck = 4;
    private const int StopOnWarning = 8192;
    private const int Denominator = 8;

    public static bool Is(ReadOnlySpan<byte> file) => file is [0xff, 0xd8, 0xff, ..];

    public static (int Width, int Height) Size(byte[] file)
    {
        using var decoder = new Decoder();
        var header = decoder.Header(file);
        return (header.Width, header.Height);
    }

    public static Picture Decode(byte[] file, int atLeast)
    {
        using var decoder = new Decoder();
        var header = decoder.Header(file);
        var scale = atLeast == 0 ? Denominator : Scale(Math.Min(header.Width, header.Height), atLeast);
        var (width, height) = (Scaled(header.Width, scale), Scaled(header.Height, scale));
        return header.Space is SpaceCmyk or SpaceYcck
            ? new(width, height, FromCmyk(decoder.Pixels(file, width, height, Cmyk, channels: 4)))
            : new(width, height, decoder.Pixels(file, width, height, Rgb, channels: 3));
    }

    // Eighths that keep the shorter side long enough. The decoder makes 1/8, 1/4, 1/2 and 1 quickly; the others gain nothing.
    private static int Scale(int shorter, int atLeast)
    {
        foreach (var eighths in (int[])[1, 2, 4])
        {
            if (Scaled(shorter, eighths) >= atLeast)
            {
                return eighths;
            }
        }

        return Denominator;
    }

    // As the library rounds: up.
    private static int Scaled(int length, int eighths) => ((length * eighths) + Denominator - 1) / Denominator;

    // Programs that write CMYK write it inverted, as Adobe's do: 255 is no ink.
    private static byte[] FromCmyk(byte[] cmyk)
    {
        var rgb = new byte[cmyk.Length / 4 * 3];
        for (var (i, o) = (0, 0); o < rgb.Length; i += 4, o += 3)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                rgb[o + channel] = (byte)(((cmyk[i + channel] * cmyk[i + 3]) + 127) / 255);
            }
        }

        return rgb;
    }

    private readonly record struct HeaderOf(int Width, int Height, int Space);

    /// <summary>A decompressor of the library.</summary>
    private sealed class Decoder : IDisposable
    {
        private readonly nint handle = tjInitDecompress();

        public HeaderOf Header(byte[] file)
        {
            Check(tjDecompressHeader3(handle, file, (nuint)file.Length, out var width, out var height, out _, out var space));
            return new(width, height, space);
        }

        public byte[] Pixels(byte[] file, int width, int height, int format, int channels)
        {
            var pixels = new byte[(long)channels * width * height];
            Check(tjDecompress2(handle, file, (nuint)file.Length, pixels, width, pitch: 0, height, format, StopOnWarning));
            return pixels;
        }

        public void Dispose() => _ = tjDestroy(handle);

        // A warning is an error too: it is how the library says that a file is cut short.
        private void Check(int result)
        {
            if (result != 0)
            {
                throw new PictureException($"damaged JPEG ({Marshal.PtrToStringUTF8(tjGetErrorStr2(handle))})");
            }
        }
    }

    [LibraryImport(Library)]
    private static partial nint tjInitDecompress();

    [LibraryImport(Library)]
    private static partial int tjDecompressHeader3(
        nint handle,
        byte[] file,
        nuint length,
        out int width,
        out int height,
        out int subsampling,
        out int space
    );

    [LibraryImport(Library)]
    private static partial int tjDecompress2(
        nint handle,
        byte[] file,
        nuint length,
        [Out] byte[] pixels,
        int width,
        int pitch,
        int height,
        int format,
        int flags
    );

    [LibraryImport(Library)]
    private static partial nint tjGetErrorStr2(nint handle);

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint handle);
}

using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime;

/// <summary>JPEG files: whole by libturbojpeg, a region by libjpeg-turbo where the native library was built with it.</summary>
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
        var header = Decoder.OfThread.Header(file);
        return (header.Width, header.Height);
    }

    /// <summary>The whole image at so many eighths of its size.</summary>
    public static Picture Decode(byte[] file, int eighths)
    {
        var decoder = Decoder.OfThread;
        var header = decoder.Header(file);
        var (width, height) = (Scaled(header.Width, eighths), Scaled(header.Height, eighths));
        return header.Space is SpaceCmyk or SpaceYcck
            ? new(width, height, FromCmyk(decoder.Pixels(file, width, height, Cmyk, channels: 4)))
            : new(width, height, decoder.Pixels(file, width, height, Rgb, channels: 3));
    }

    /// <summary>
    /// The image at so many eighths of its size, of which only the region (in pixels of the full size) need be right. Its pixels lie in a buffer
    /// of the thread and hold until the thread's next call.
    /// </summary>
    public static Picture Decode(byte[] file, int eighths, CropBox region)
    {
        var (fullWidth, fullHeight) = Size(file);
        var (width, height) = (Scaled(fullWidth, eighths), Scaled(fullHeight, eighths));
        var length = 3 * width * height;
        if (buffer is null || buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(length);
        }

        var box = eighths == Denominator ? region : Outwards(region, eighths, width, height);
        return Capabilities.JpegRegion(file, eighths, box, buffer.AsSpan(0, length)) ? new(width, height, buffer) : Decode(file, eighths);
    }

    [ThreadStatic]
    private static byte[]? buffer;

    public static PictureException Damaged(string reason) => new($"damaged JPEG ({reason})");

    /// <summary>
    /// Eighths at which the shorter side is still long enough; 0 asks for full size. The decoder makes 1/8, 1/4, 1/2 and 1 quickly; the others
    /// gain nothing.
    /// </summary>
    public static int Eighths(int shorter, int atLeast)
    {
        foreach (var eighths in (int[])[1, 2, 4])
        {
            if (atLeast > 0 && Scaled(shorter, eighths) >= atLeast)
            {
                return eighths;
            }
        }

        return Denominator;
    }

    // A pixel more on each side: a box of the full size is rounded to whole pixels of the smaller image, either way.
    private static CropBox Outwards(CropBox box, int eighths, int width, int height)
    {
        var (top, left) = (Math.Max(0, (box.Top * eighths / Denominator) - 1), Math.Max(0, (box.Left * eighths / Denominator) - 1));
        var bottom = Math.Min(height, Scaled(box.Top + box.Height, eighths) + 1);
        var right = Math.Min(width, Scaled(box.Left + box.Width, eighths) + 1);
        return new(top, left, bottom - top, right - left);
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

    /// <summary>A decompressor of the library, one a thread: making one costs more than reading a header.</summary>
    private sealed class Decoder
    {
        [ThreadStatic]
        private static Decoder? ofThread;

        private readonly nint handle = tjInitDecompress();

        public static Decoder OfThread => ofThread ??= new();

        // The thread has ended.
        ~Decoder() => _ = tjDestroy(handle);

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

        // A warning is an error too: it is how the library says that a file is cut short.
        private void Check(int result)
        {
            if (result != 0)
            {
                // Read while the thread holds the decompressor: its finaliser frees the message.
                var reason = Marshal.PtrToStringUTF8(tjGetErrorStr2(handle)) ?? "";
                ofThread = null; // a decompressor that failed at a header goes on in its middle
                throw Damaged(reason);
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

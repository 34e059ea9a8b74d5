using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Native;

namespace SimClrDsl.Runtime.Images;

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

    // Of libjpeg's warning JWRN_EXTRANEOUS_DATA.
    private const string StrayBytes = "extraneous bytes before marker";

    // Bytes of a picture that a thread keeps for its next one.
    private const int LargestKept = 1 << 26;

    /// <summary>Eighths of an image at its own size.</summary>
    public const int FullSize = 8;

    // Pixels of a smaller decoding for each pixel of a view. The decoder's average over blocks is coarser than the view's own kernel: at four
    // its traces are gone, as PictureScaleTests measures against the image decoded whole.
    private const int LeftToShrink = 4;

    public static bool Is(ReadOnlySpan<byte> file) => file is [0xff, 0xd8, 0xff, ..];

    public static (int Width, int Height) Size(byte[] file) => Followed(file, SizeOf).Result;

    /// <summary>The whole image at so many eighths of its size.</summary>
    public static Picture Decode(byte[] file, int eighths) => Followed(file, clean => Whole(clean, eighths)).Result;

    /// <summary>Decodes all of a file's data, at an eighth of its size.</summary>
    /// <returns>How many bytes lie between its markers that belong to nothing.</returns>
    /// <exception cref="PictureException">It is damaged.</exception>
    public static int Check(byte[] file) => Followed(file, static clean => Whole(clean, eighths: 1)).Strays;

    /// <summary>
    /// The image at so many eighths of its size, of which only the region (in pixels of the full size) need be right. Its pixels lie in a buffer
    /// of the thread and hold until the thread's next call.
    /// </summary>
    public static Picture Decode(byte[] file, int eighths, CropBox region) => Followed(file, clean => Part(clean, eighths, region)).Result;

    public static PictureException Damaged(string reason) => new($"damaged JPEG ({reason})");

    /// <summary>
    /// Reads a file; where bytes lie between its markers that belong to nothing, without them. The library warns of such bytes, which cost
    /// nothing; every other warning is of damage, and so is any that is left without them.
    /// </summary>
    private static (T Result, int Strays) Followed<T>(byte[] file, Func<byte[], T> read)
    {
        try
        {
            return (read(file), 0);
        }
        catch (PictureException fault)
            when (fault.Message.Contains(StrayBytes, StringComparison.Ordinal) && JpegMarkers.WithoutStrays(file) is { } clean)
        {
            return (read(clean.File), clean.Strays);
        }
    }

    private static (int Width, int Height) SizeOf(byte[] file)
    {
        var header = Decoder.OfThread.Header(file);
        PictureLimits.Require(header.Width, header.Height);
        return (header.Width, header.Height);
    }

    private static Picture Whole(byte[] file, int eighths)
    {
        var decoder = Decoder.OfThread;
        var header = decoder.Header(file);
        var (width, height) = (Scaled(header.Width, eighths), Scaled(header.Height, eighths));
        return PictureLimits.Within(
            header.Width,
            header.Height,
            () =>
                header.Space is SpaceCmyk or SpaceYcck
                    ? new Picture(width, height, FromCmyk(decoder.Pixels(file, width, height, Cmyk, channels: 4)))
                    : new Picture(width, height, decoder.Pixels(file, width, height, Rgb, channels: 3))
        );
    }

    private static Picture Part(byte[] file, int eighths, CropBox region)
    {
        var (fullWidth, fullHeight) = SizeOf(file);
        var (width, height) = (Scaled(fullWidth, eighths), Scaled(fullHeight, eighths));
        var box = Outwards(region, eighths);
        return PictureLimits.Within(
            fullWidth,
            fullHeight,
            () =>
            {
                var (length, pixels) = (3 * width * height, Buffer(3 * width * height));
                return JpegRegion(file, eighths, box, pixels.AsSpan(0, length)) ? new Picture(width, height, pixels) : Whole(file, eighths);
            }
        );
    }

    // False where the kernels have no decoder for the file, or are not there.
    private static unsafe bool JpegRegion(byte[] file, int eighths, CropBox box, Span<byte> pixels)
    {
        const int NotHere = -2;
        if (!Kernels.InUse)
        {
            return false;
        }

        fixed (
            byte* from = file,
                to = pixels
        )
        {
            var result = KernelLibrary.simclr_jpeg_region(from, file.Length, eighths, box.Top, box.Left, box.Height, box.Width, to);
            return result is 0 or NotHere ? result == 0 : throw Damaged(Marshal.PtrToStringUTF8((nint)KernelLibrary.simclr_jpeg_error())!);
        }
    }

    // Of the thread, but for pictures so large that no thread should keep the memory.
    private static byte[] Buffer(int length) =>
        buffer is { } kept && kept.Length >= length ? kept
        : length > LargestKept ? GC.AllocateUninitializedArray<byte>(length)
        : buffer = GC.AllocateUninitializedArray<byte>(length);

    [ThreadStatic]
    private static byte[]? buffer;

    /// <summary>
    /// The smallest scale at which a stretch still has several pixels for each of the view's <paramref name="side"/>. The decoder makes 1/8, 1/4,
    /// 1/2 and 1 quickly; the others gain nothing.
    /// </summary>
    public static int Eighths(int length, int side)
    {
        foreach (var eighths in (int[])[1, 2, 4])
        {
            if ((long)length * eighths >= (long)LeftToShrink * FullSize * side)
            {
                return eighths;
            }
        }

        return FullSize;
    }

    // All pixels of the smaller image that the box touches.
    private static CropBox Outwards(CropBox box, int eighths)
    {
        var (top, left) = (box.Top * eighths / FullSize, box.Left * eighths / FullSize);
        return new(top, left, Scaled(box.Top + box.Height, eighths) - top, Scaled(box.Left + box.Width, eighths) - left);
    }

    // As the library rounds: up.
    private static int Scaled(int length, int eighths) => ((length * eighths) + FullSize - 1) / FullSize;

    // Programs that write CMYK write it inverted, as Adobe's do: 255 is no ink. White loses what each ink takes, rounded as Pillow rounds it.
    private static byte[] FromCmyk(byte[] cmyk)
    {
        var rgb = new byte[cmyk.Length / 4 * 3];
        for (var (i, o) = (0, 0); o < rgb.Length; i += 4, o += 3)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var light = cmyk[i + 3];
                rgb[o + channel] = (byte)(light - DividedBy255((255 - cmyk[i + channel]) * light));
            }
        }

        return rgb;
    }

    // Rounded to the nearest whole number, for products of two bytes.
    private static int DividedBy255(int product) => (product + 128 + ((product + 128) >> 8)) >> 8;

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

        // A warning is an error too: it is how the library says that a file is cut short or its data damaged.
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

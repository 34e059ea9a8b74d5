using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Native;

namespace SimClrDsl.Runtime.Images;

/// <summary>
/// Decodes JPEG files. Whole images are decoded by libturbojpeg; regions by libjpeg-turbo, if the native kernels were built with it.
/// </summary>
internal static partial class Jpeg
{
    private const string Library = "libturbojpeg.so.0";

    // Constants of turbojpeg.h.
    private const int Rgb = 0;
    private const int Cmyk = 11;
    private const int SpaceCmyk = 3;
    private const int SpaceYcck = 4;
    private const int StopOnWarning = 8192;

    // Part of the text of libjpeg's warning JWRN_EXTRANEOUS_DATA.
    private const string StrayBytes = "extraneous bytes before marker";

    // Largest buffer, in bytes, that a thread keeps for its next picture.
    private const int LargestReusedBuffer = 1 << 26;

    /// <summary>The scale, in eighths, of an image at full size.</summary>
    public const int FullSize = 8;

    // Least number of decoded pixels per view pixel, in each direction, at a reduced scale. The decoder scales by averaging blocks, which
    // is coarser than the kernel of the view. With four pixels the difference from decoding at full size vanishes (PictureScaleTests).
    private const int DecodedPixelsPerViewPixel = 4;

    /// <summary>Whether the bytes start as a JPEG file does.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file is [0xff, 0xd8, 0xff, ..];

    /// <summary>Width and height at full size, from the header.</summary>
    public static (int Width, int Height) Size(byte[] file) => IgnoringStrayBytes(file, SizeOf).Result;

    /// <summary>Decodes the whole image at <paramref name="eighths"/> / 8 of its size.</summary>
    public static Picture Decode(byte[] file, int eighths) => IgnoringStrayBytes(file, clean => Whole(clean, eighths)).Result;

    /// <summary>Decodes all data of a file at an eighth of its size, to find damage.</summary>
    /// <returns>Number of stray bytes between the segments, which decoders ignore.</returns>
    /// <exception cref="PictureException">The file is damaged.</exception>
    public static int Check(byte[] file) => IgnoringStrayBytes(file, static clean => Whole(clean, eighths: 1)).Strays;

    /// <summary>
    /// Decodes a region of an image at <paramref name="eighths"/> / 8 of its size. The region is in pixels of the full size; pixels outside
    /// it are undefined. The pixels are in a buffer of the thread, which its next call overwrites.
    /// </summary>
    public static Picture Decode(byte[] file, int eighths, CropBox region) =>
        IgnoringStrayBytes(file, clean => Part(clean, eighths, region)).Result;

    /// <summary>The exception for a damaged file.</summary>
    public static PictureException Damaged(string reason) => new($"damaged JPEG ({reason})");

    /// <summary>
    /// Reads a file, and reads it again without its stray bytes if the library warns of bytes between segments. Such bytes are harmless.
    /// Every other warning, and any that remains without the stray bytes, is treated as damage.
    /// </summary>
    private static (T Result, int Strays) IgnoringStrayBytes<T>(byte[] file, Func<byte[], T> read)
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

    // False if the kernels are not available or have no decoder for the file.
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

    // The buffer of the thread, or a new one for a picture so large that the thread should not keep the memory.
    private static byte[] Buffer(int length) =>
        buffer is { } kept && kept.Length >= length ? kept
        : length > LargestReusedBuffer ? GC.AllocateUninitializedArray<byte>(length)
        : buffer = GC.AllocateUninitializedArray<byte>(length);

    [ThreadStatic]
    private static byte[]? buffer;

    /// <summary>
    /// The smallest scale, in eighths, at which <paramref name="length"/> pixels still have enough decoded pixels for each of the view's
    /// <paramref name="side"/> pixels. Only 1/8, 1/4, 1/2 and 1 are considered, since the decoder is slow at other scales.
    /// </summary>
    public static int Eighths(int length, int side)
    {
        foreach (var eighths in (int[])[1, 2, 4])
        {
            if ((long)length * eighths >= (long)DecodedPixelsPerViewPixel * FullSize * side)
            {
                return eighths;
            }
        }

        return FullSize;
    }

    // The box in the scaled image, enlarged to whole pixels.
    private static CropBox Outwards(CropBox box, int eighths)
    {
        var (top, left) = (box.Top * eighths / FullSize, box.Left * eighths / FullSize);
        return new(top, left, Scaled(box.Top + box.Height, eighths) - top, Scaled(box.Left + box.Width, eighths) - left);
    }

    // Rounded up, as the library does.
    private static int Scaled(int length, int eighths) => ((length * eighths) + FullSize - 1) / FullSize;

    // Adobe's and other programs write CMYK inverted: 255 is no ink. Converted to RGB with Pillow's rounding.
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

    // The quotient rounded to the nearest integer, exact for products of two bytes.
    private static int DividedBy255(int product) => (product + 128 + ((product + 128) >> 8)) >> 8;

    private readonly record struct HeaderOf(int Width, int Height, int Space);

    /// <summary>A decompressor of libturbojpeg. Each thread keeps one, because making one takes longer than reading a header.</summary>
    private sealed class Decoder
    {
        [ThreadStatic]
        private static Decoder? ofThread;

        private readonly nint handle = tjInitDecompress();

        public static Decoder OfThread => ofThread ??= new();

        // Runs after the thread has ended.
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

        // Warnings count as errors, because the library reports truncated files and damaged data as warnings.
        private void Check(int result)
        {
            if (result != 0)
            {
                // Read before the thread drops the decompressor, whose finaliser frees the message.
                var reason = Marshal.PtrToStringUTF8(tjGetErrorStr2(handle)) ?? "";
                ofThread = null; // after a failure in a header, a decompressor would continue in the middle of that header
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

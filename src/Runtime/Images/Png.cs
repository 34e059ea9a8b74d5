using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime.Images;

/// <summary>Decodes and encodes PNG files with libspng.</summary>
internal static partial class Png
{
    private const string Library = "libspng.so.0";

    // Constants of spng.h. In the format Rgb8 palettes are looked up, 16 bits are reduced to 8, and alpha is dropped.
    private const int Rgb8 = 4;
    private const int EncoderContext = 2;
    private const int EncodeToBuffer = 12;
    private const int FormatOfHeader = 256;
    private const int Finalize = 2;
    private const byte TrueColour = 2;
    private const int LimitReached = 77;

    // What texts and a colour profile may unpack to, which a few kilobytes of the file can ask a thousandfold of. The pixels do not count.
    private const int LargestNotes = 64 << 20;

    /// <summary>Whether the bytes start as a PNG file does.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file is [0x89, (byte)'P', (byte)'N', (byte)'G', ..];

    /// <summary>Width and height, from the header.</summary>
    public static (int Width, int Height) Size(byte[] file) =>
        Read(
            file,
            static (_, header) =>
            {
                PictureLimits.Require(header.Width, header.Height);
                return ((int)header.Width, (int)header.Height);
            }
        );

    /// <summary>Decodes the whole image.</summary>
    public static Picture Decode(byte[] file) =>
        Read(file, static (context, header) => PictureLimits.Within(header.Width, header.Height, () => Whole(context, header)));

    private static Picture Whole(nint context, Header header)
    {
        Check(spng_decoded_image_size(context, Rgb8, out var length));
        var pixels = GC.AllocateUninitializedArray<byte>((int)length);
        Check(spng_decode_image(context, pixels, length, Rgb8, flags: 0));
        return new((int)header.Width, (int)header.Height, pixels);
    }

    /// <summary>Encodes a picture as a file.</summary>
    public static byte[] Encode(Picture picture)
    {
        var context = spng_ctx_new(EncoderContext);
        try
        {
            var header = new Header
            {
                Width = (uint)picture.Width,
                Height = (uint)picture.Height,
                BitDepth = 8,
                ColourType = TrueColour,
            };
            Require(spng_set_option(context, EncodeToBuffer, 1));
            Require(spng_set_ihdr(context, ref header));
            Require(spng_encode_image(context, picture.Pixels, (nuint)picture.Pixels.Length, FormatOfHeader, Finalize));
            return Take(context);
        }
        finally
        {
            spng_ctx_free(context);
        }
    }

    // The library passes ownership of its buffer, which must be freed by C's free().
    private static unsafe byte[] Take(nint context)
    {
        var buffer = spng_get_png_buffer(context, out var length, out var error);
        Require(error);
        try
        {
            return new ReadOnlySpan<byte>((void*)buffer, (int)length).ToArray();
        }
        finally
        {
            NativeMemory.Free((void*)buffer);
        }
    }

    private static unsafe T Read<T>(byte[] file, Func<nint, Header, T> read)
    {
        var context = spng_ctx_new(0);
        try
        {
            // The library reads from the buffer until the context is freed.
            fixed (byte* start = file)
            {
                Require(spng_set_chunk_limits(context, LargestNotes, LargestNotes));
                Check(spng_set_png_buffer(context, start, (nuint)file.Length));
                Check(spng_get_ihdr(context, out var header));
                return read(context, header);
            }
        }
        finally
        {
            spng_ctx_free(context);
        }
    }

    // What cannot fail because of an input: a failure is a mistake in this program.
    private static void Require(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"libspng: {Marshal.PtrToStringUTF8(spng_strerror(error))}");
        }
    }

    private static void Check(int error)
    {
        if (error == LimitReached)
        {
            throw new PictureException($"a PNG whose texts or colour profile take more than {LargestNotes >> 20} MiB");
        }

        if (error != 0)
        {
            throw new PictureException($"damaged PNG ({Marshal.PtrToStringUTF8(spng_strerror(error))})");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Width;
        public uint Height;
        public byte BitDepth;
        public byte ColourType;
        public byte Compression;
        public byte Filter;
        public byte Interlace;
    }

    [LibraryImport(Library)]
    private static partial nint spng_ctx_new(int flags);

    [LibraryImport(Library)]
    private static partial void spng_ctx_free(nint context);

    [LibraryImport(Library)]
    private static partial int spng_set_chunk_limits(nint context, nuint chunk, nuint all);

    [LibraryImport(Library)]
    private static unsafe partial int spng_set_png_buffer(nint context, byte* file, nuint length);

    [LibraryImport(Library)]
    private static partial int spng_get_ihdr(nint context, out Header header);

    [LibraryImport(Library)]
    private static partial int spng_decoded_image_size(nint context, int format, out nuint length);

    [LibraryImport(Library)]
    private static partial int spng_decode_image(nint context, [Out] byte[] pixels, nuint length, int format, int flags);

    [LibraryImport(Library)]
    private static partial int spng_set_option(nint context, int option, int value);

    [LibraryImport(Library)]
    private static partial int spng_set_ihdr(nint context, ref Header header);

    [LibraryImport(Library)]
    private static partial int spng_encode_image(nint context, byte[] pixels, nuint length, int format, int flags);

    [LibraryImport(Library)]
    private static partial nint spng_get_png_buffer(nint context, out nuint length, out int error);

    [LibraryImport(Library)]
    private static partial nint spng_strerror(int error);
}

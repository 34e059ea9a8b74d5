using System.Runtime.InteropServices;

namespace SimClrDsl.Runtime;

/// <summary>Pictures as PNG files, by libspng.</summary>
public static partial class PngWriter
{
    private const string Library = "libspng.so.0";

    // Values of spng.h.
    private const int EncoderContext = 2;
    private const int EncodeToBuffer = 12;
    private const int FormatOfHeader = 256;
    private const int Finalize = 2;
    private const byte TrueColour = 2;

    /// <summary>The bytes of a PNG file with a picture.</summary>
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
            Check(spng_set_option(context, EncodeToBuffer, 1));
            Check(spng_set_ihdr(context, ref header));
            Check(spng_encode_image(context, picture.Pixels, (nuint)picture.Pixels.Length, FormatOfHeader, Finalize));
            return Take(context);
        }
        finally
        {
            spng_ctx_free(context);
        }
    }

    // The library hands its buffer over, to be freed as C frees.
    private static unsafe byte[] Take(nint context)
    {
        var buffer = spng_get_png_buffer(context, out var length, out var error);
        Check(error);
        try
        {
            return new ReadOnlySpan<byte>((void*)buffer, (int)length).ToArray();
        }
        finally
        {
            NativeMemory.Free((void*)buffer);
        }
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The picture could not be encoded: {Marshal.PtrToStringUTF8(spng_strerror(error))}.");
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

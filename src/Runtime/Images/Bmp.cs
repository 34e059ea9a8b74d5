using System.Buffers.Binary;
using System.Numerics;

namespace SimClrDsl.Runtime.Images;

/// <summary>
/// Decodes BMP files: palettes of 1, 4 and 8 bits, also run-length encoded, and colours of 16, 24 and 32 bits, with or without masks.
/// </summary>
internal static class Bmp
{
    private const int FileHeader = 14;
    private const int PixelsAt = 10;

    // The oldest header has 16-bit sizes and palette entries without a fourth byte.
    private const int OldHeader = 12;
    private const int Header = 40;
    private const int HeaderWithMasks = 52;

    // Kinds of compression.
    private const int None = 0;
    private const int RunLength8 = 1;
    private const int RunLength4 = 2;
    private const int Masks = 3;

    /// <summary>Whether the bytes start as a BMP file does.</summary>
    public static bool Is(ReadOnlySpan<byte> file) => file is [(byte)'B', (byte)'M', ..];

    /// <summary>Width and height, from the header.</summary>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> file)
    {
        var header = HeaderOf(file);
        return (header.Width, header.Height);
    }

    /// <summary>Decodes the whole image.</summary>
    public static Picture Decode(byte[] file)
    {
        var header = HeaderOf(file);
        return PictureLimits.Within(header.Width, header.Height, () => Whole(file, header));
    }

    /// <summary>The exception for a damaged file.</summary>
    public static PictureException Damaged(string reason) => new($"damaged BMP ({reason})");

    private static Picture Whole(byte[] file, BmpHeader header)
    {
        var pixels = new byte[3 * header.Width * header.Height];
        if (header.Bits > 8)
        {
            Colours(file, header, pixels);
        }
        else
        {
            Indexed(file, header, pixels);
        }

        return new(header.Width, header.Height, pixels);
    }

    private static BmpHeader HeaderOf(ReadOnlySpan<byte> file)
    {
        var length = file.Length < FileHeader + OldHeader ? 0 : Number(file, FileHeader);
        if (length < OldHeader || length > file.Length - FileHeader || length is > OldHeader and < Header)
        {
            throw Damaged("no usable header");
        }

        var old = length == OldHeader;
        var (width, height) = old
            ? (Word(file, FileHeader + 4), Word(file, FileHeader + 6))
            : (Number(file, FileHeader + 4), Number(file, FileHeader + 8));
        var header = new BmpHeader(
            Width: width,
            Height: height == int.MinValue ? 0 : Math.Abs(height),
            TopDown: height < 0,
            Bits: Word(file, FileHeader + (old ? 10 : 14)),
            Compression: old ? None : Number(file, FileHeader + 16),
            Colours: old ? 0 : Number(file, FileHeader + 32),
            Length: length,
            Pixels: Number(file, PixelsAt)
        );
        Require(header, file);
        return header;
    }

    private static void Require(BmpHeader header, ReadOnlySpan<byte> file)
    {
        if (header.Width < 1 || header.Height < 1)
        {
            throw Damaged("no usable size");
        }

        PictureLimits.Require(header.Width, header.Height);
        var known =
            (header.Bits, header.Compression)
            is
                (1 or 4 or 8 or 16 or 24 or 32, None)
                or
                (8, RunLength8)
                or
                (4, RunLength4)
                or
                (16 or 32, Masks);
        if (!known)
        {
            throw new PictureException($"a BMP of {header.Bits} bits with compression {header.Compression}, which is not read");
        }

        if (header.Pixels < FileHeader + header.Length || header.Pixels > file.Length)
        {
            throw Damaged("its pixels lie outside the file");
        }
    }

    // ---- pixels that are indices into a palette ----------------------------------------------------------------------------------

    private static void Indexed(ReadOnlySpan<byte> file, BmpHeader header, Span<byte> pixels)
    {
        var palette = Palette(file, header);
        var indices =
            header.Compression == None
                ? Unpacked(file, header)
                : BmpRuns.Decode(file[header.Pixels..], header.Width, header.Height, header.Bits);
        for (var y = 0; y < header.Height; y++)
        {
            var row = pixels.Slice(3 * header.Width * header.Row(y), 3 * header.Width);
            for (var x = 0; x < header.Width; x++)
            {
                var entry = palette.EntrySize * indices[(y * header.Width) + x];
                if (entry + 3 > palette.Bytes.Length)
                {
                    throw Damaged("a colour outside its palette");
                }

                (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = (
                    palette.Bytes[entry + 2],
                    palette.Bytes[entry + 1],
                    palette.Bytes[entry]
                );
            }
        }
    }

    // A palette ends where the pixels begin at the latest.
    private static (byte[] Bytes, int EntrySize) Palette(ReadOnlySpan<byte> file, BmpHeader header)
    {
        var size = header.Length == OldHeader ? 3 : 4;
        var most = 1 << header.Bits;
        var count = header.Colours is > 0 && header.Colours < most ? header.Colours : most;
        var start = FileHeader + header.Length;
        return (file[start..Math.Min(start + (size * count), header.Pixels)].ToArray(), size);
    }

    // One byte for each pixel, the bottom row first.
    private static byte[] Unpacked(ReadOnlySpan<byte> file, BmpHeader header)
    {
        var indices = new byte[header.Width * header.Height];
        var (perByte, mask) = (8 / header.Bits, (1 << header.Bits) - 1);
        for (var y = 0; y < header.Height; y++)
        {
            var row = Row(file, header, y);
            for (var x = 0; x < header.Width; x++)
            {
                var shift = 8 - (header.Bits * ((x % perByte) + 1));
                indices[(y * header.Width) + x] = (byte)((row[x / perByte] >> shift) & mask);
            }
        }

        return indices;
    }

    // ---- pixels that are colours -----------------------------------------------------------------------------------------------------

    private static void Colours(ReadOnlySpan<byte> file, BmpHeader header, Span<byte> pixels)
    {
        var (bytes, channels) = (header.Bits / 8, Channels(file, header));
        for (var y = 0; y < header.Height; y++)
        {
            var from = Row(file, header, y);
            var to = pixels.Slice(3 * header.Width * header.Row(y), 3 * header.Width);
            for (var x = 0; x < header.Width; x++)
            {
                var at = from.Slice(x * bytes, bytes);
                var value = bytes switch
                {
                    2 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                    3 => (uint)(at[0] | (at[1] << 8) | (at[2] << 16)),
                    _ => BinaryPrimitives.ReadUInt32LittleEndian(at),
                };
                for (var channel = 0; channel < 3; channel++)
                {
                    to[(3 * x) + channel] = channels[channel].Of(value);
                }
            }
        }
    }

    // Red, green and blue. The masks follow the header, or are the fields of a longer one at the same place.
    private static BmpChannel[] Channels(ReadOnlySpan<byte> file, BmpHeader header)
    {
        if (header.Compression == Masks)
        {
            return FileHeader + HeaderWithMasks > header.Pixels
                ? throw Damaged("no masks of its colours")
                : [Mask(file, 0), Mask(file, 1), Mask(file, 2)];
        }

        return header.Bits == 16
            ? [new(Shift: 10, Largest: 31), new(Shift: 5, Largest: 31), new(Shift: 0, Largest: 31)]
            : [new(Shift: 16, Largest: 255), new(Shift: 8, Largest: 255), new(Shift: 0, Largest: 255)];
    }

    private static BmpChannel Mask(ReadOnlySpan<byte> file, int channel)
    {
        var mask = (uint)Number(file, FileHeader + Header + (sizeof(int) * channel));
        var shift = BitOperations.TrailingZeroCount(mask);
        var largest = mask == 0 ? 0 : mask >> shift;
        return largest != 0 && BitOperations.IsPow2((ulong)largest + 1)
            ? new(shift, largest)
            : throw Damaged("a mask of a colour with gaps or without bits");
    }

    // Rows are padded to whole groups of four bytes.
    private static ReadOnlySpan<byte> Row(ReadOnlySpan<byte> file, BmpHeader header, int y)
    {
        var used = ((long)header.Width * header.Bits + 7) / 8;
        var start = header.Pixels + (y * ((used + 3) / 4 * 4));
        return start + used <= file.Length ? file.Slice((int)start, (int)used) : throw Damaged("cut short");
    }

    private static int Number(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file[at..]);

    private static int Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);
}

/// <summary>The header of a BMP file.</summary>
/// <param name="Width">Width, in pixels.</param>
/// <param name="Height">Height, in pixels.</param>
/// <param name="TopDown">Whether the first row in the file is the upper one.</param>
/// <param name="Bits">Bits of a pixel.</param>
/// <param name="Compression">How the pixels are stored.</param>
/// <param name="Colours">Entries of the palette; 0 for all that the bits allow.</param>
/// <param name="Length">Bytes of the header itself.</param>
/// <param name="Pixels">Position of the first pixel in the file.</param>
internal readonly record struct BmpHeader(
    int Width,
    int Height,
    bool TopDown,
    int Bits,
    int Compression,
    int Colours,
    int Length,
    int Pixels
)
{
    /// <summary>The row of the picture that a row of the file is.</summary>
    public int Row(int y) => TopDown ? y : Height - 1 - y;
}

/// <summary>The place of a colour channel within a pixel.</summary>
/// <param name="Shift">Bits to the right of it.</param>
/// <param name="Largest">Its largest value, one less than a power of two.</param>
internal readonly record struct BmpChannel(int Shift, uint Largest)
{
    /// <summary>The channel of a pixel from 0 to 255, rounded down as Pillow does.</summary>
    public byte Of(uint pixel) => (byte)((ulong)((pixel >> Shift) & Largest) * 255 / Largest);
}

namespace SimClrDsl.Runtime.Images;

/// <summary>Decodes the run-length encoding of BMP files (BI_RLE8 and BI_RLE4).</summary>
internal static class BmpRuns
{
    // What a pair of bytes means that starts with 0.
    private const int EndOfRow = 0;
    private const int EndOfPicture = 1;
    private const int Move = 2;

    /// <summary>The palette index of each pixel, the bottom row first. Pixels that the data passes over have index 0.</summary>
    /// <param name="data">The encoded pixels.</param>
    /// <param name="width">Width, in pixels.</param>
    /// <param name="height">Height, in pixels.</param>
    /// <param name="bits">Bits of an index, 4 or 8.</param>
    /// <exception cref="PictureException">The data ends too early.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> data, int width, int height, int bits)
    {
        var indices = new byte[width * height];
        var (at, x, y) = (0, 0, 0);
        while (y < height && !(y == height - 1 && x >= width))
        {
            var (count, value) = (Byte(data, at), Byte(data, at + 1));
            at += 2;
            if (count > 0)
            {
                Fill(indices.AsSpan(y * width, width), ref x, count, value, bits);
            }
            else if (value == EndOfPicture)
            {
                break;
            }
            else if (value == EndOfRow)
            {
                (x, y) = (0, y + 1);
            }
            else if (value == Move)
            {
                (x, y, at) = (x + Byte(data, at), y + Byte(data, at + 1), at + 2);
            }
            else
            {
                at = Copy(data, at, indices.AsSpan(y * width, width), ref x, value, bits);
            }
        }

        return indices;
    }

    // A run repeats one index of 8 bits, or alternates between two of 4 bits. What exceeds the row is dropped.
    private static void Fill(Span<byte> row, ref int x, int count, int value, int bits)
    {
        for (var i = 0; i < count; i++, x++)
        {
            Put(row, x, bits == 8 ? value : Half(value, i));
        }
    }

    // Indices that are written out, padded to whole pairs of bytes. Returns the position after them.
    private static int Copy(ReadOnlySpan<byte> data, int at, Span<byte> row, ref int x, int count, int bits)
    {
        for (var i = 0; i < count; i++, x++)
        {
            Put(row, x, bits == 8 ? Byte(data, at + i) : Half(Byte(data, at + (i / 2)), i));
        }

        var bytes = bits == 8 ? count : (count + 1) / 2;
        return at + bytes + (bytes % 2);
    }

    private static int Half(int value, int i) => i % 2 == 0 ? value >> 4 : value & 15;

    private static void Put(Span<byte> row, int x, int index)
    {
        if (x < row.Length)
        {
            row[x] = (byte)index;
        }
    }

    private static int Byte(ReadOnlySpan<byte> data, int at) => at < data.Length ? data[at] : throw Bmp.Damaged("cut short");
}

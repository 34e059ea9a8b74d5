namespace SimClrDsl.Runtime.Images;

/// <summary>Walks over the marker segments of a JPEG file (ITU-T T.81, annex B).</summary>
internal static class JpegMarkers
{
    private const byte Start = 0xff;
    private const byte Stuffing = 0x00;
    private const byte EndOfImage = 0xd9;
    private const byte StartOfScan = 0xda;

    /// <summary>
    /// Removes stray bytes, which lie between segments and belong to none. Decoders ignore them. Surplus bytes within a scan are kept,
    /// because they are a sign of damage.
    /// </summary>
    /// <returns>The file and the number of bytes removed; null if there are none, or if the segments are not well-formed.</returns>
    public static (byte[] File, int Strays)? WithoutStrays(ReadOnlySpan<byte> file)
    {
        var clean = new List<byte>(file.Length);
        var (at, strays) = (2, 0);
        clean.AddRange(file[..at]);
        while (at + 1 < file.Length)
        {
            // A marker is a byte 0xff followed by a byte that is neither 0 nor 0xff. Further bytes 0xff may precede it.
            if (file[at] != Start || file[at + 1] == Stuffing)
            {
                var skipped = file[at] == Start ? 2 : 1;
                (at, strays) = (at + skipped, strays + skipped);
                continue;
            }

            var kind = file[at + 1];
            if (kind == EndOfImage)
            {
                clean.AddRange(file[at..]);
                return strays > 0 ? ([.. clean], strays) : null;
            }

            if (End(file, at, kind) is not { } end)
            {
                return null;
            }

            clean.AddRange(file[at..end]);
            at = end;
        }

        return null;
    }

    // End of the segment that starts at a marker, including the data of a scan; null if it is beyond the end of the file.
    private static int? End(ReadOnlySpan<byte> file, int at, byte kind)
    {
        if (kind == Start)
        {
            return at + 1;
        }

        if (HasNoLength(kind))
        {
            return at + 2;
        }

        if (at + 4 > file.Length)
        {
            return null;
        }

        var length = (file[at + 2] << 8) | file[at + 3];
        var end = at + 2 + length;
        return length < 2 || end > file.Length ? null
            : kind == StartOfScan ? EndOfScan(file, end)
            : end;
    }

    private static int EndOfScan(ReadOnlySpan<byte> file, int at)
    {
        for (; at + 1 < file.Length; at++)
        {
            if (file[at] == Start && file[at + 1] is not (Stuffing or Start) && !HasNoLength(file[at + 1]))
            {
                return at;
            }
        }

        return file.Length;
    }

    // The markers RST0 to RST7 and TEM stand alone, without a length.
    private static bool HasNoLength(byte kind) => kind is (>= 0xd0 and <= 0xd7) or 0x01;
}

namespace SimClrDsl.Runtime.Images;

/// <summary>The marker segments that a JPEG file is made of (ITU T.81, annex B).</summary>
internal static class JpegMarkers
{
    private const byte Start = 0xff;
    private const byte Stuffing = 0x00;
    private const byte EndOfImage = 0xd9;
    private const byte StartOfScan = 0xda;

    /// <summary>
    /// A file without the bytes that lie between its segments and belong to none. They say nothing, and decoders pass them over; bytes left
    /// over within a scan stay, since they tell of damage.
    /// </summary>
    /// <returns>The file and how many bytes were left out; null where there are none, or the segments cannot be followed.</returns>
    public static (byte[] File, int Strays)? WithoutStrays(ReadOnlySpan<byte> file)
    {
        var clean = new List<byte>(file.Length);
        var (at, strays) = (2, 0);
        clean.AddRange(file[..at]);
        while (at + 1 < file.Length)
        {
            // A marker is a byte of 255 and one that is neither 0 nor 255; more of 255 may come before it.
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

    // Where the segment ends that begins at a marker, a scan's data included; null where that is beyond the file.
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

    // Restarts within a scan, and TEM.
    private static bool HasNoLength(byte kind) => kind is (>= 0xd0 and <= 0xd7) or 0x01;
}

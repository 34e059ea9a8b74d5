using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace SimClrDsl.Runtime;

/// <summary>
/// The table of keys and values that a tensor bundle's index is: blocks of entries, each entry with the part of its key that differs from the
/// one before; a block that says where the others are; a footer that says where that one is.
/// </summary>
internal static class SortedTable
{
    private const int FooterBytes = 48;
    private const int TrailerBytes = 5;
    private const ulong Magic = 0xdb4775248b80fb57;

    /// <summary>Every entry, in order of the keys.</summary>
    /// <exception cref="FormatException">The bytes are no such table.</exception>
    /// <exception cref="InvalidProtocolBufferException">A number in it has no end.</exception>
    internal static IReadOnlyList<KeyValuePair<string, byte[]>> Read(byte[] file)
    {
        if (file.Length < FooterBytes || BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(file.Length - sizeof(ulong))) != Magic)
        {
            throw new FormatException("it does not end as an index of tensors does");
        }

        using var footer = new CodedInputStream(file, file.Length - FooterBytes, FooterBytes);
        _ = ReadHandle(footer);
        return [.. Block(file, ReadHandle(footer)).SelectMany(entry => Block(file, ReadHandle(new(entry.Value))))];
    }

    private static (ulong Offset, ulong Size) ReadHandle(CodedInputStream bytes) => (bytes.ReadUInt64(), bytes.ReadUInt64());

    private static List<KeyValuePair<string, byte[]>> Block(byte[] file, (ulong Offset, ulong Size) handle)
    {
        var room = (ulong)(file.Length - FooterBytes);
        if (handle.Size > room || handle.Offset > room - handle.Size || room - handle.Size - handle.Offset < TrailerBytes)
        {
            throw new FormatException("a block lies outside the file");
        }

        var (start, size) = ((int)handle.Offset, (int)handle.Size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(start + size + 1)) != Crc32C.Masked(file.AsSpan(start, size + 1)))
        {
            throw new FormatException("the checksum of a block is wrong");
        }

        return file[start + size] == 0 ? Entries(file, start, size) : throw new FormatException("a block is compressed");
    }

    // After the entries come the positions at which keys are whole, and how many they are; reading in order needs neither.
    private static List<KeyValuePair<string, byte[]>> Entries(byte[] file, int start, int size)
    {
        var restarts =
            size < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(start + size - sizeof(uint)));
        if (restarts > (uint)((size / sizeof(uint)) - 1))
        {
            throw new FormatException("a block has no end");
        }

        var (at, end) = (start, start + size - (sizeof(uint) * (1 + (int)restarts)));
        var entries = new List<KeyValuePair<string, byte[]>>();
        byte[] key = [];
        while (at < end)
        {
            using var numbers = new CodedInputStream(file, at, end - at);
            var (shared, own, length) = (numbers.ReadUInt64(), numbers.ReadUInt64(), numbers.ReadUInt64());
            at = (int)numbers.Position;
            var rest = (ulong)(end - at);
            if (shared > (ulong)key.Length || own > rest || length > rest - own)
            {
                throw new FormatException("an entry is cut short");
            }

            key = [.. key.AsSpan(0, (int)shared), .. file.AsSpan(at, (int)own)];
            at += (int)own;
            entries.Add(new(Encoding.UTF8.GetString(key), file.AsSpan(at, (int)length).ToArray()));
            at += (int)length;
        }

        return entries;
    }
}

using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace SimClrDsl.Runtime.Weights.TensorFlow;

/// <summary>
/// Reads the sorted table (LevelDB's SSTable format) of a tensor bundle's index. It consists of blocks of entries, in which each key is
/// stored without the prefix that it shares with the key before; an index block with the positions of the other blocks; and a footer with
/// the position of the index block.
/// </summary>
internal static class SortedTable
{
    private const int FooterBytes = 48;
    private const int TrailerBytes = 5;
    private const ulong Magic = 0xdb4775248b80fb57;

    /// <summary>All entries, in the order of their keys.</summary>
    /// <exception cref="FormatException">The bytes are not a sorted table.</exception>
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

    // The entries are followed by the positions of the entries with complete keys ("restarts") and their number. Reading in order does not
    // need them.
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

using System.Buffers.Binary;
using System.Text;

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
    internal static IReadOnlyList<KeyValuePair<string, byte[]>> Read(byte[] file)
    {
        if (file.Length < FooterBytes || BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(file.Length - sizeof(ulong))) != Magic)
        {
            throw new FormatException("it does not end as an index of tensors does");
        }

        ReadOnlySpan<byte> footer = file.AsSpan(file.Length - FooterBytes);
        _ = ReadHandle(ref footer);
        var entries = new List<KeyValuePair<string, byte[]>>();
        foreach (var (_, value) in Block(file, ReadHandle(ref footer)))
        {
            ReadOnlySpan<byte> handle = value;
            entries.AddRange(Block(file, ReadHandle(ref handle)));
        }

        return entries;
    }

    private static (ulong Offset, ulong Size) ReadHandle(ref ReadOnlySpan<byte> bytes) =>
        (ProtoReader.ReadVarint(ref bytes), ProtoReader.ReadVarint(ref bytes));

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

        return file[start + size] == 0 ? Entries(file.AsSpan(start, size)) : throw new FormatException("a block is compressed");
    }

    // The entries are followed by the positions of the entries with complete keys ("restarts") and their number. Reading in order does not
    // need them.
    private static List<KeyValuePair<string, byte[]>> Entries(ReadOnlySpan<byte> block)
    {
        var restarts = block.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(block[^sizeof(uint)..]);
        if (restarts > (uint)((block.Length / sizeof(uint)) - 1))
        {
            throw new FormatException("a block has no end");
        }

        var rest = block[..^(sizeof(uint) * (1 + (int)restarts))];
        var entries = new List<KeyValuePair<string, byte[]>>();
        byte[] key = [];
        while (!rest.IsEmpty)
        {
            var (shared, own, length) = (
                ProtoReader.ReadVarint(ref rest),
                ProtoReader.ReadVarint(ref rest),
                ProtoReader.ReadVarint(ref rest)
            );
            if (shared > (ulong)key.Length || own > (ulong)rest.Length || length > (ulong)rest.Length - own)
            {
                throw new FormatException("an entry is cut short");
            }

            key = [.. key.AsSpan(0, (int)shared), .. rest[..(int)own]];
            entries.Add(new(Encoding.UTF8.GetString(key), rest.Slice((int)own, (int)length).ToArray()));
            rest = rest[(int)(own + length)..];
        }

        return entries;
    }
}

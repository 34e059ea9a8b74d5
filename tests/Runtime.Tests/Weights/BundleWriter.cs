using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>Writes TensorFlow checkpoints: an index of prefix-compressed keys in blocks, and the values in data files.</summary>
internal static class BundleWriter
{
    private const int EntriesABlock = 16;
    private const int RestartEvery = 4;

    internal static void Write(string prefix, IEnumerable<(string Name, Tensor Value)> variables, int shards = 1)
    {
        var entries = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [""] = Message(Number(1, (ulong)shards), Bytes(3, Number(1, 1))),
        };
        var data = Enumerable.Range(0, shards).Select(static _ => new MemoryStream()).ToArray();
        foreach (var (i, (name, value)) in variables.Index())
        {
            var bytes = value.contiguous().bytes.ToArray();
            var file = data[i % shards];
            entries[name] = Entry(value, i % shards, file.Position, bytes);
            file.Write(bytes);
        }

        foreach (var (i, file) in data.Index())
        {
            File.WriteAllBytes($"{prefix}.data-{i:d5}-of-{shards:d5}", file.ToArray());
        }

        File.WriteAllBytes($"{prefix}.index", Table([.. entries]));
    }

    /// <summary>An index of one variable of float32, whatever its data file holds.</summary>
    internal static byte[] IndexOf(string name, long[] shape, long offset, long size) =>
        Table([
            new("", Message(Number(1, 1))),
            new(
                name,
                Message(
                    Number(1, 1),
                    Bytes(2, Message([.. shape.Select(static side => Bytes(2, Number(1, (ulong)side)))])),
                    Number(4, (ulong)offset),
                    Number(5, (ulong)size)
                )
            ),
        ]);

    private static byte[] Entry(Tensor value, int shard, long offset, byte[] bytes)
    {
        var type = value.dtype switch
        {
            ScalarType.Float32 => 1UL,
            ScalarType.Int64 => 9UL,
            _ => 19UL,
        };
        var shape = Message([.. value.shape.Select(static size => Bytes(2, Number(1, (ulong)size)))]);
        return Message(
            Number(1, type),
            Bytes(2, shape),
            Number(3, (ulong)shard),
            Number(4, (ulong)offset),
            Number(5, (ulong)bytes.Length),
            [(6 << 3) | 5, .. LittleEndian(Masked(bytes))]
        );
    }

    internal static byte[] Table(KeyValuePair<string, byte[]>[] entries)
    {
        using var file = new MemoryStream();
        var blocks = entries.Chunk(EntriesABlock).Select(chunk => (chunk[^1].Key, Handle: Block(file, chunk))).ToArray();
        var meta = Block(file, []);
        var index = Block(file, [.. blocks.Select(static block => KeyValuePair.Create(block.Key, block.Handle))]);
        byte[] handles = [.. meta, .. index];
        file.Write([.. handles, .. new byte[40 - handles.Length], .. LittleEndian(0x8b80fb57), .. LittleEndian(0xdb477524)]);
        return file.ToArray();
    }

    private static byte[] Block(MemoryStream file, KeyValuePair<string, byte[]>[] entries)
    {
        using var block = new MemoryStream();
        var restarts = new List<uint>();
        var previous = Array.Empty<byte>();
        foreach (var (i, (name, value)) in entries.Index())
        {
            var key = Encoding.UTF8.GetBytes(name);
            var shared = i % RestartEvery == 0 ? 0 : previous.AsSpan().CommonPrefixLength(key);
            if (i % RestartEvery == 0)
            {
                restarts.Add((uint)block.Position);
            }

            block.Write([.. Varint((ulong)shared), .. Varint((ulong)(key.Length - shared)), .. Varint((ulong)value.Length)]);
            block.Write([.. key[shared..], .. value]);
            previous = key;
        }

        block.Write([.. restarts.DefaultIfEmpty(0u).SelectMany(LittleEndian), .. LittleEndian((uint)Math.Max(1, restarts.Count))]);
        byte[] bytes = [.. block.ToArray(), 0];
        byte[] handle = [.. Varint((ulong)file.Position), .. Varint((ulong)block.Length)];
        file.Write([.. bytes, .. LittleEndian(Masked(bytes))]);
        return handle;
    }

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(static field => field)];

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Bytes(int field, byte[] value) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Varint(ulong value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];

    private static byte[] LittleEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    // Bit by bit, by the polynomial: another way than the reader's.
    private static uint Masked(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}

using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights.TensorFlow;

/// <summary>Where a variable of a bundle lies.</summary>
/// <param name="Type">Its element type; null for one that is not read here, such as text.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Shard">Number of the data file that holds it.</param>
/// <param name="Offset">Its first byte there.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Checksum">Masked CRC-32C of its bytes.</param>
internal sealed record BundleEntry(ScalarType? Type, Sequence<long> Shape, int Shard, long Offset, long Size, uint Checksum);

/// <summary>
/// A TensorFlow checkpoint: <c>PREFIX.index</c>, a sorted table from names to places, and <c>PREFIX.data-00000-of-00001</c> (or more of
/// them), the values, little-endian, one variable after the other.
/// </summary>
internal sealed class TensorBundle
{
    private readonly string prefix;
    private readonly int shards;

    private TensorBundle(string prefix, int shards, IReadOnlyDictionary<string, BundleEntry> entries) =>
        (this.prefix, this.shards, Entries) = (prefix, shards, entries);

    /// <summary>The variables by name.</summary>
    public IReadOnlyDictionary<string, BundleEntry> Entries { get; }

    /// <summary>Reads the index.</summary>
    /// <param name="prefix">What the names of the files have in common: <c>model.ckpt-250228</c>.</param>
    /// <exception cref="InputException">It cannot be read or is damaged.</exception>
    public static TensorBundle Open(string prefix)
    {
        var path = $"{prefix}.index";
        try
        {
            return Parse(prefix, SortedTable.Read(File.ReadAllBytes(path)));
        }
        catch (FormatException e)
        {
            throw new InputException($"{path} is damaged, or no index of a TensorFlow checkpoint: {e.Message}.", e);
        }
        catch (FileNotFoundException e)
        {
            throw new InputException(
                $"{path} does not exist: give what the names of the checkpoint's files have in common, such as FOLDER/model.ckpt-250228.",
                e
            );
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    /// <summary>Reads a variable as it is saved, on the CPU.</summary>
    /// <exception cref="InputException">It cannot be read or is damaged.</exception>
    public Tensor Read(string name)
    {
        var entry = Entries[name];
        var path = FormattableString.Invariant($"{prefix}.data-{entry.Shard:d5}-of-{shards:d5}");
        var value = empty([.. entry.Shape], dtype: entry.Type ?? throw new ArgumentException($"'{name}' holds no numbers.", nameof(name)));
        var bytes = value.bytes;
        try
        {
            if (bytes.Length != entry.Size)
            {
                throw new InputException($"{prefix}.index is damaged: '{name}' has {entry.Size} bytes, its shape needs {bytes.Length}.");
            }

            using var file = File.OpenRead(path);
            file.Position = entry.Offset;
            file.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new InputException($"{path} is cut short: it ends before the end of '{name}'.", e);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }

        return Crc32C.Masked(bytes) == entry.Checksum
            ? value
            : throw new InputException($"{path} is damaged: the checksum of '{name}' is wrong.");
    }

    // The entry without a name says how many data files there are.
    private static TensorBundle Parse(string prefix, IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        if (entries is not [{ Key: "" } header, ..])
        {
            throw new FormatException("it has no header");
        }

        var (shards, littleEndian) = (0, true);
        var fields = new ProtoReader(header.Value);
        while (fields.Next())
        {
            shards = fields.Field == 1 ? (int)fields.Number : shards;
            littleEndian = fields.Field == 2 ? fields.Number == 0 : littleEndian;
        }

        return littleEndian
            ? new(prefix, shards, entries.Skip(1).ToDictionary(static entry => entry.Key, static entry => ParseEntry(entry.Value)))
            : throw new FormatException("its numbers are big-endian");
    }

    private static BundleEntry ParseEntry(ReadOnlySpan<byte> message)
    {
        var entry = new BundleEntry(Type: null, [], Shard: 0, Offset: 0, Size: 0, Checksum: 0);
        var fields = new ProtoReader(message);
        while (fields.Next())
        {
            entry = fields.Field switch
            {
                1 => entry with { Type = TypeOf(fields.Number) },
                2 => entry with { Shape = ParseShape(fields.Bytes) },
                3 => entry with { Shard = (int)fields.Number },
                4 => entry with { Offset = (long)fields.Number },
                5 => entry with { Size = (long)fields.Number },
                6 => entry with { Checksum = (uint)fields.Number },
                _ => entry,
            };
        }

        return entry;
    }

    private static Sequence<long> ParseShape(ReadOnlySpan<byte> message)
    {
        var sizes = new List<long>();
        var fields = new ProtoReader(message);
        while (fields.Next())
        {
            if (fields.Field == 2)
            {
                var size = 0L;
                var dimension = new ProtoReader(fields.Bytes);
                while (dimension.Next())
                {
                    size = dimension.Field == 1 ? (long)dimension.Number : size;
                }

                sizes.Add(size);
            }
        }

        return sizes.ToSequence();
    }

    // Numbers of tensorflow.DataType.
    private static ScalarType? TypeOf(ulong type) =>
        type switch
        {
            1 => float32,
            2 => float64,
            3 => int32,
            9 => int64,
            14 => bfloat16,
            19 => float16,
            _ => null,
        };
}

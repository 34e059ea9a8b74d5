using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights.TensorFlow;

/// <summary>Type, shape and position of a variable in a bundle.</summary>
/// <param name="Type">Its element type; null for a type that is not supported here, such as text.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Shard">Number of the data file that contains it.</param>
/// <param name="Offset">Position of its first byte in that file.</param>
/// <param name="Size">Number of bytes.</param>
/// <param name="Checksum">Masked CRC-32C of its bytes.</param>
internal sealed record BundleEntry(ScalarType? Type, Sequence<long> Shape, int Shard, long Offset, long Size, uint Checksum);

/// <summary>
/// A TensorFlow checkpoint. <c>PREFIX.index</c> is a sorted table from the names of variables to their positions, and one or more data
/// files, such as <c>PREFIX.data-00000-of-00001</c>, contain the values in little-endian order.
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
    /// <param name="prefix">Common start of the paths of the files, such as <c>FOLDER/model.ckpt-250228</c>.</param>
    /// <exception cref="InputException">The index cannot be read, or is damaged.</exception>
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

    /// <summary>Reads a variable, in the layout of TensorFlow, as a CPU tensor.</summary>
    /// <exception cref="InputException">The data file cannot be read, or is damaged.</exception>
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

    // The entry with the empty name is the header, which gives the number of data files.
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

    // The numbers are those of tensorflow.DataType.
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

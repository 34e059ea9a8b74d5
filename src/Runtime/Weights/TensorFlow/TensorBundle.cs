using Google.Protobuf;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using Tensorboard;
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
    // How a field is written, which is the low part of its tag; its number is the rest.
    private const uint Varint = (uint)WireFormat.WireType.Varint;
    private const uint Delimited = (uint)WireFormat.WireType.LengthDelimited;
    private const uint Fixed32 = (uint)WireFormat.WireType.Fixed32;

    private readonly string prefix;
    private readonly int shards;

    private TensorBundle(string prefix, int shards, IReadOnlyDictionary<string, BundleEntry> entries) =>
        (this.prefix, this.shards, Entries) = (prefix, shards, entries);

    /// <summary>The variables by name.</summary>
    public IReadOnlyDictionary<string, BundleEntry> Entries { get; }

    /// <summary>Reads the index.</summary>
    /// <param name="prefix">Common start of the paths of the files, such as <c>FOLDER/model.ckpt-250228</c>.</param>
    /// <returns>The bundle; an error if the index cannot be read, or is damaged.</returns>
    public static Either<InputError, TensorBundle> Open(string prefix)
    {
        var path = $"{prefix}.index";
        return Inputs.Reading(path, () => ReadIndex(prefix, path)).Flatten();
    }

    /// <summary>Reads a variable, in the layout of TensorFlow.</summary>
    /// <param name="name">Its name, which is one of <see cref="Entries"/>.</param>
    /// <returns>A tensor on the CPU; an error if the data file cannot be read, or is damaged.</returns>
    /// <exception cref="ArgumentException">The variable holds no numbers.</exception>
    public Either<InputError, Tensor> Read(string name)
    {
        var entry = Entries[name];
        var type = entry.Type ?? throw new ArgumentException($"'{name}' holds no numbers.", nameof(name));
        using var one = empty(0, dtype: type);
        if (TensorSize.Values([.. entry.Shape, one.element_size()]) != entry.Size)
        {
            return new InputError(
                $"{prefix}.index is damaged: '{name}' has {entry.Size} bytes, and the shape [{string.Join(", ", entry.Shape)}]."
            );
        }

        var path = FormattableString.Invariant($"{prefix}.data-{entry.Shard:d5}-of-{shards:d5}");
        return Inputs.Opening(path, file => Read(path, file, name, entry, type));
    }

    private static Either<InputError, TensorBundle> ReadIndex(string prefix, string path)
    {
        try
        {
            return Parse(prefix, SortedTable.Read(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            return new InputError($"{path} is damaged, or no index of a TensorFlow checkpoint: {InputException.Reason(e)}.");
        }
        catch (FileNotFoundException)
        {
            return new InputError(
                $"{path} does not exist: give what the names of the checkpoint's files have in common, such as FOLDER/model.ckpt-250228."
            );
        }
    }

    private static Either<InputError, Tensor> Read(string path, FileStream file, string name, BundleEntry entry, ScalarType type)
    {
        if (entry.Offset < 0 || entry.Offset > file.Length - entry.Size)
        {
            return new InputError($"{path} is cut short: it ends before the end of '{name}'.");
        }

        var value = empty([.. entry.Shape], dtype: type);
        file.Position = entry.Offset;
        file.ReadExactly(value.bytes);
        return Crc32C.Masked(value.bytes) == entry.Checksum
            ? value
            : new InputError($"{path} is damaged: the checksum of '{name}' is wrong.");
    }

    // The entry with the empty name is the header, which gives the number of data files.
    private static TensorBundle Parse(string prefix, IReadOnlyList<KeyValuePair<string, byte[]>> entries)
    {
        if (entries is not [{ Key: "" } header, ..])
        {
            throw new FormatException("it has no header");
        }

        var (shards, littleEndian) = (0, true);
        using var fields = new CodedInputStream(header.Value);
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case (1 << 3) | Varint:
                    shards = fields.ReadInt32();
                    break;
                case (2 << 3) | Varint:
                    littleEndian = fields.ReadEnum() == 0;
                    break;
                default:
                    fields.SkipLastField();
                    break;
            }
        }

        return littleEndian
            ? new(prefix, shards, entries.Skip(1).ToDictionary(static entry => entry.Key, static entry => ParseEntry(entry.Value)))
            : throw new FormatException("its numbers are big-endian");
    }

    private static BundleEntry ParseEntry(byte[] message)
    {
        var entry = new BundleEntry(Type: null, [], Shard: 0, Offset: 0, Size: 0, Checksum: 0);
        using var fields = new CodedInputStream(message);
        while (fields.ReadTag() is var tag and not 0)
        {
            entry = tag switch
            {
                (1 << 3) | Varint => entry with { Type = TypeOf((DataType)fields.ReadEnum()) },
                (2 << 3) | Delimited => entry with { Shape = ShapeOf(TensorShapeProto.Parser.ParseFrom(fields.ReadBytes())) },
                (3 << 3) | Varint => entry with { Shard = fields.ReadInt32() },
                (4 << 3) | Varint => entry with { Offset = fields.ReadInt64() },
                (5 << 3) | Varint => entry with { Size = fields.ReadInt64() },
                (6 << 3) | Fixed32 => entry with { Checksum = fields.ReadFixed32() },
                _ => Skipping(fields, entry),
            };
        }

        return entry;
    }

    private static BundleEntry Skipping(CodedInputStream fields, BundleEntry entry)
    {
        fields.SkipLastField();
        return entry;
    }

    private static Sequence<long> ShapeOf(TensorShapeProto shape) => shape.Dim.Select(static dimension => dimension.Size).ToSequence();

    private static ScalarType? TypeOf(DataType type) =>
        type switch
        {
            DataType.DtFloat => float32,
            DataType.DtDouble => float64,
            DataType.DtInt32 => int32,
            DataType.DtInt64 => int64,
            DataType.DtBfloat16 => bfloat16,
            DataType.DtHalf => float16,
            _ => null,
        };
}

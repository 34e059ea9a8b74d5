using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Type, shape and position of a tensor in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">Byte after the last one, counted from the end of the header.</param>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, long[] Shape, long Begin, long End);

/// <summary>The header of a safetensors file.</summary>
/// <param name="Entries">The tensors, in the order of their values in the file.</param>
/// <param name="Metadata">Texts by name.</param>
/// <param name="Length">Number of bytes before the first value: eight for the length, and the JSON.</param>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long Length)
{
    internal const string MetadataKey = "__metadata__";
    private const int LengthBytes = sizeof(ulong);

    // The limit of the safetensors library. A larger length is taken for damage.
    private const long LargestJson = 100_000_000;

    internal static SafeTensorsHeader Of(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<SafeTensorsEntry>();
        var end = 0L;
        foreach (var (name, value) in tensors)
        {
            var type = SafeTensorsType.Of(value.dtype);
            var begin = end;
            end += value.numel() * type.Size;
            entries.Add(new(name, type, value.shape, begin, end));
        }

        return new(entries, metadata, Length: 0);
    }

    /// <summary>Writes the header, with zeros in the place of the checksum, which takes the bytes in.</summary>
    internal void Write(Stream stream, SafeTensorsChecksum checksum)
    {
        var json = Json();

        // The header is padded with spaces to a multiple of eight bytes, which keeps the values aligned.
        var padded = (json.Length + LengthBytes - 1) / LengthBytes * LengthBytes;
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        byte[] whole = [.. length, .. json, .. Enumerable.Repeat((byte)' ', padded - json.Length)];
        stream.Write(whole);
        checksum.Add(whole);
    }

    /// <summary>Puts the checksum into its place in a file whose bytes have all been written.</summary>
    internal static void Complete(Stream stream, SafeTensorsChecksum checksum)
    {
        stream.Position = LengthBytes + SafeTensorsChecksum.Offset;
        stream.Write(Encoding.ASCII.GetBytes(checksum.Digits()));
    }

    /// <summary>
    /// Reads the header, and checks that it describes exactly the bytes that follow. The checksum, of a file that carries one, has taken
    /// the header in.
    /// </summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="stream">The file, from its beginning.</param>
    /// <returns>The header, or what shows that this is not a whole safetensors file.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    internal static Either<InputError, (SafeTensorsHeader Header, SafeTensorsChecksum? Checksum)> Read(string path, Stream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        var room = stream.Length - LengthBytes;
        if (room < 0)
        {
            return Damaged(path, $"it has {stream.Length} bytes, too few for a header");
        }

        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)Math.Min(room, LargestJson))
        {
            return Damaged(path, $"its header claims {length} bytes, but {room} follow");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        if (!Utf8.IsValid(json))
        {
            return Damaged(path, "its header is not UTF-8");
        }

        try
        {
            var checksum = SafeTensorsChecksum.Of(prefix, json);
            using var document = JsonDocument.Parse(json);
            return SafeTensorsParser
                .Parse(path, document.RootElement, LengthBytes + (long)length, room - (long)length)
                .Map(header => (header, checksum));
        }
        // .NET finds half of a surrogate pair ("\ud800") only when the text is read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Damaged(path, $"its header is not JSON ({InputException.Reason(e)})");
        }
    }

    /// <summary>The error that a file is not a safetensors file, or not the one that was written.</summary>
    internal static InputError Damaged(string path, string what) => new($"{path} is not a whole safetensors file: {what}.");

    private byte[] Json()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            json.WriteString(SafeTensorsChecksum.Key, SafeTensorsChecksum.Zeros);
            foreach (var (name, text) in Metadata)
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
            foreach (var entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type.Name);
                json.WritePropertyName("shape");
                JsonSerializer.Serialize(json, entry.Shape);
                json.WritePropertyName("data_offsets");
                JsonSerializer.Serialize(json, new[] { entry.Begin, entry.End });
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace SimClrDsl.Bench.Peers;

/// <summary>Reads safetensors files: eight bytes with the header's length, the header (JSON), the values.</summary>
internal static class SafeTensorsFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Tensors by name.</summary>
    public static Dictionary<string, Tensor> Read(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> length = stackalloc byte[8];
        file.ReadExactly(length);
        var header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        file.ReadExactly(header);

        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in JsonDocument.Parse(header).RootElement.EnumerateObject().Where(static entry => entry.Name != "__metadata__"))
        {
            var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(static side => side.GetInt64()).ToArray();
            file.Position = 8 + header.Length + entry.Value.GetProperty("data_offsets")[0].GetInt64();
            var values = empty(shape, dtype: TypeOf(entry.Value.GetProperty("dtype").GetString()));
            values.ReadBytesFromStream(file, BufferBytes);
            tensors[entry.Name] = values;
        }

        return tensors;
    }

    // All that the benchmark's files hold.
    private static ScalarType TypeOf(string? name) =>
        name switch
        {
            "F32" => float32,
            "U8" => uint8,
            _ => throw new InvalidDataException($"the type {name} is not one of the benchmark's"),
        };
}

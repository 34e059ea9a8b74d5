using System.Text.Json;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Parses a safetensors header and checks all offsets against the length of the file, before any value is read.</summary>
internal static class SafeTensorsParser
{
    internal static SafeTensorsHeader Parse(string path, JsonElement root, long headerLength, long dataLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Damaged(path, $"its header is a JSON {root.ValueKind}, not an object");
        }

        var metadata = new Dictionary<string, string>();
        var entries = new Dictionary<string, SafeTensorsEntry>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == SafeTensorsHeader.MetadataKey)
            {
                metadata = Metadata(path, property.Value);
            }
            else if (!entries.TryAdd(property.Name, Entry(path, property.Name, property.Value)))
            {
                throw Damaged(path, $"it holds tensor '{property.Name}' twice");
            }
        }

        var ordered = entries.Values.OrderBy(static entry => entry.Begin).ThenBy(static entry => entry.End).ToList();
        CheckCover(path, ordered, dataLength);
        return new(ordered, metadata, headerLength);
    }

    private static SafeTensorsEntry Entry(string path, string name, JsonElement json)
    {
        var typeName = Property(json, "dtype") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        if (Numbers(Property(json, "shape")) is not { } shape || Numbers(Property(json, "data_offsets")) is not [var begin, var end])
        {
            throw Damaged(path, $"the header's entry for tensor '{name}' lacks a valid shape or data_offsets");
        }

        var type =
            SafeTensorsType.Named(typeName)
            ?? throw Damaged(path, $"tensor '{name}' has the unknown dtype '{typeName}' (known: {SafeTensorsType.Names})");
        return Bytes(shape, type) is { } bytes && begin <= end && end - begin == bytes
            ? new(name, type, shape, begin, end)
            : throw Damaged(path, $"tensor '{name}' of {type.Name} [{string.Join(", ", shape)}] cannot lie at bytes {begin} to {end}");
    }

    // The values must follow one another without gap or overlap, and fill the rest of the file.
    private static void CheckCover(string path, IReadOnlyList<SafeTensorsEntry> entries, long dataLength)
    {
        var at = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != at)
            {
                throw Damaged(path, $"tensor '{entry.Name}' starts at byte {entry.Begin} where the one before it ends at {at}");
            }

            at = entry.End;
        }

        if (at != dataLength)
        {
            throw Damaged(path, at > dataLength ? $"{at - dataLength} bytes are missing at its end" : $"{dataLength - at} bytes too many");
        }
    }

    private static Dictionary<string, string> Metadata(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(static p => p.Value.ValueKind != JsonValueKind.String))
        {
            throw Damaged(path, $"its {SafeTensorsHeader.MetadataKey} is not a map of strings");
        }

        var metadata = new Dictionary<string, string>();
        foreach (var property in json.EnumerateObject().Where(static text => text.Name != SafeTensorsChecksum.Key))
        {
            metadata[property.Name] = property.Value.GetString()!;
        }

        return metadata;
    }

    private static JsonElement? Property(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    // Null if the JSON is not an array of integers ≥ 0.
    private static long[]? Numbers(JsonElement? json)
    {
        if (json is not { ValueKind: JsonValueKind.Array } array)
        {
            return null;
        }

        var numbers = new List<long>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0)
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    // Null if the product overflows 64 bits.
    private static long? Bytes(long[] shape, SafeTensorsType type) => TensorSize.Values([.. shape, type.Size]);

    private static InputException Damaged(string path, string what) => SafeTensorsHeader.Damaged(path, what);
}

using System.Text.Json;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Parses a safetensors header and checks all offsets against the length of the file, before any value is read.</summary>
internal static class SafeTensorsParser
{
    /// <summary>The header that JSON describes.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="root">The JSON.</param>
    /// <param name="headerLength">Number of bytes before the first value.</param>
    /// <param name="dataLength">Number of bytes of the values.</param>
    /// <returns>The header, or the first fault of the JSON.</returns>
    internal static Either<InputError, SafeTensorsHeader> Parse(string path, JsonElement root, long headerLength, long dataLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Damaged(path, $"its header is a JSON {root.ValueKind}, not an object");
        }

        var metadata = new Dictionary<string, string>();
        var entries = new Dictionary<string, SafeTensorsEntry>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == SafeTensorsHeader.MetadataKey)
            {
                if (!Metadata(path, property.Value).Try(out metadata, out var error))
                {
                    return error;
                }
            }
            else
            {
                if (!Entry(path, property.Name, property.Value).Try(out var entry, out var error))
                {
                    return error;
                }

                if (!entries.TryAdd(property.Name, entry))
                {
                    return Damaged(path, $"it holds tensor '{property.Name}' twice");
                }
            }
        }

        var ordered = entries.Values.OrderBy(static entry => entry.Begin).ThenBy(static entry => entry.End).ToList();
        return CoverFault(path, ordered, dataLength) is { } fault ? fault : new SafeTensorsHeader(ordered, metadata, headerLength);
    }

    private static Either<InputError, SafeTensorsEntry> Entry(string path, string name, JsonElement json)
    {
        var typeName = Property(json, "dtype") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        if (Numbers(Property(json, "shape")) is not { } shape || Numbers(Property(json, "data_offsets")) is not [var begin, var end])
        {
            return Damaged(path, $"the header's entry for tensor '{name}' lacks a valid shape or data_offsets");
        }

        if (SafeTensorsType.Named(typeName) is not { } type)
        {
            return Damaged(path, $"tensor '{name}' has the unknown dtype '{typeName}' (known: {SafeTensorsType.Names})");
        }

        return Bytes(shape, type) is { } bytes && begin <= end && end - begin == bytes
            ? new SafeTensorsEntry(name, type, shape, begin, end)
            : Damaged(path, $"tensor '{name}' of {type.Name} [{string.Join(", ", shape)}] cannot lie at bytes {begin} to {end}");
    }

    // The values must follow one another without gap or overlap, and fill the rest of the file.
    private static InputError? CoverFault(string path, IReadOnlyList<SafeTensorsEntry> entries, long dataLength)
    {
        var at = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != at)
            {
                return Damaged(path, $"tensor '{entry.Name}' starts at byte {entry.Begin} where the one before it ends at {at}");
            }

            at = entry.End;
        }

        return at > dataLength ? Damaged(path, $"{at - dataLength} bytes are missing at its end")
            : at < dataLength ? Damaged(path, $"{dataLength - at} bytes too many")
            : null;
    }

    private static Either<InputError, Dictionary<string, string>> Metadata(string path, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Any(static p => p.Value.ValueKind != JsonValueKind.String))
        {
            return Damaged(path, $"its {SafeTensorsHeader.MetadataKey} is not a map of strings");
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

    private static InputError Damaged(string path, string what) => SafeTensorsHeader.Damaged(path, what);
}

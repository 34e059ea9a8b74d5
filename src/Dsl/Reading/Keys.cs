using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Keys of a spec: what an unknown one was meant to be, and dotted ones as a matrix or a command line writes them.</summary>
internal static class Keys
{
    /// <summary>How messages name the record of a path.</summary>
    public static string Owner(string path) => path.Length == 0 ? "The experiment" : $"'{path}'";

    /// <summary>What to do about an unknown key. Most are misspelt; most others stand one level too high or too low.</summary>
    public static string Advice(string key, IReadOnlyList<string> known) =>
        Nearest.To(key, known) is null && Homes(key).ToArray() is { Length: > 0 } homes
            ? $"it belongs to {string.Join(" or ", homes.Select(static home => $"'{home}'"))}, check the indentation."
        : known.Count == 0 ? "remove it."
        : Nearest.Advice(key, known);

    /// <summary>The keys of the spec that an unknown key of a record may have been meant to be: any of the record's where nothing is near.</summary>
    public static IEnumerable<string> Meant(string key, string path, IReadOnlyList<string> known) =>
        Nearest.To(key, known) is { } nearest ? [Located.Join(path, nearest)]
        : Homes(key).Select(home => Located.Join(home, key)).ToArray() is { Length: > 0 } homes ? homes
        : known.Select(other => Located.Join(path, other));

    /// <summary>What is wrong with a dotted key that no spec has; null for one that a spec has.</summary>
    public static UnknownKey? Fault(string path)
    {
        var (shape, parts, owner) = (RecordShape.Of(typeof(Spec)), path.Split('.'), "");
        for (var i = 0; i < parts.Length; i++)
        {
            if (shape?.Find(parts[i]) is not { } field)
            {
                var known = shape?.Keys ?? [];
                var meant = Nearest.To(parts[i], known) is { } nearest
                    ? string.Join(".", [.. parts.Take(i), nearest, .. parts.Skip(i + 1)])
                    : null;
                return new(
                    SpecErrors.UnknownKey.Broken(path, Owner(owner), parts[i], Advice(parts[i], known)),
                    meant is not null && Fault(meant) is null ? meant : null
                );
            }

            owner = Located.Join(owner, field.Key);
            shape = field.Kind == ValueKind.Record ? RecordShape.Of(field.Type) : null;
        }

        return null;
    }

    /// <summary>The field of a dotted key; null where a spec has no such key.</summary>
    public static FieldShape? Field(string path) =>
        path.Split('.')
            .Aggregate(
                ((FieldShape? Field, RecordShape? Shape))(null, RecordShape.Of(typeof(Spec))),
                static (at, part) =>
                    at.Shape?.Find(part) is not { } field ? (null, null)
                    : field.Kind == ValueKind.Record ? (field, RecordShape.Of(field.Type))
                    : (field, null)
            )
            .Field;

    /// <summary>Whether one dotted key is the other, or is in it.</summary>
    public static bool Overlap(string one, string other) =>
        $"{one}.".StartsWith($"{other}.", StringComparison.Ordinal) || $"{other}.".StartsWith($"{one}.", StringComparison.Ordinal);

    private static IEnumerable<string> Homes(string key) =>
        RecordShape
            .Everywhere.Where(place => place.Path.Length > 0 && place.Shape.Find(key) is not null)
            .Select(static place => place.Path);
}

/// <summary>A dotted key that no spec has.</summary>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Meant">The key that it is a misspelling of, where there is one.</param>
internal sealed record UnknownKey(Violation Fault, string? Meant);

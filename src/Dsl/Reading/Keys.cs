using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Keys of a spec: suggestions for unknown keys, and dotted keys as a matrix or a command line writes them.</summary>
internal static class Keys
{
    /// <summary>How messages name the record at a path.</summary>
    public static string Owner(string path) => path.Length == 0 ? "The experiment" : $"'{path}'";

    /// <summary>Advice about an unknown key. Most are misspelt; most others are indented one level too much or too little.</summary>
    public static string Advice(string key, IReadOnlyList<string> known) =>
        Nearest.To(key, known) is null && OwnersOf(key).ToArray() is { Length: > 0 } owners
            ? $"it belongs to {string.Join(" or ", owners.Select(static owner => $"'{owner}'"))}, check the indentation."
        : known.Count == 0 ? "remove it."
        : Nearest.Advice(key, known);

    /// <summary>
    /// The keys of the spec that an unknown key may have been meant to be: a similar key of the same record, or else the same key in other
    /// records, or else any key of the record.
    /// </summary>
    public static IEnumerable<string> Candidates(string key, string path, IReadOnlyList<string> known) =>
        Nearest.To(key, known) is { } nearest ? [Located.Join(path, nearest)]
        : OwnersOf(key).Select(owner => Located.Join(owner, key)).ToArray() is { Length: > 0 } others ? others
        : known.Select(other => Located.Join(path, other));

    /// <summary>
    /// Advice about an unknown dotted key. A spec has too many keys to name them all, so it names those that are like the unknown one or
    /// end with it.
    /// </summary>
    public static string AdviceOfPath(string path)
    {
        string[] longer = [.. Dotted.Value.Where(key => key.EndsWith($".{path}", StringComparison.Ordinal))];
        return (longer.Length == 1 ? longer[0] : Nearest.To(path, longer.Length > 0 ? longer : Dotted.Value)) is { } meant
                ? $"did you mean '{meant}'?"
            : longer.Length > 0 ? $"use one of {string.Join(", ", longer)}."
            : "write a key of a spec with all keys above it, such as pretrain.temperature.";
    }

    /// <summary>What is wrong with a dotted key; null if a spec has such a key.</summary>
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

    /// <summary>The field of a dotted key; null if a spec has no such key.</summary>
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

    /// <summary>Whether two dotted keys are equal, or one is that of a record which contains the other.</summary>
    public static bool Overlap(string one, string other) =>
        $"{one}.".StartsWith($"{other}.", StringComparison.Ordinal) || $"{other}.".StartsWith($"{one}.", StringComparison.Ordinal);

    // The keys that a choice may be about: all but the list of choices itself.
    private static readonly Lazy<IReadOnlyList<string>> Dotted = new(static () =>
        [
            .. RecordShape
                .Everywhere.SelectMany(static place => place.Shape.Fields.Select(field => Located.Join(place.Path, field.Key)))
                .Where(static key => key != OwnChoices.Key),
        ]
    );

    private static IEnumerable<string> OwnersOf(string key) =>
        RecordShape
            .Everywhere.Where(place => place.Path.Length > 0 && place.Shape.Find(key) is not null)
            .Select(static place => place.Path);
}

/// <summary>A dotted key that no spec has.</summary>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Suggestion">The key that it probably misspells; null where no key is similar.</param>
internal sealed record UnknownKey(Violation Fault, string? Suggestion);

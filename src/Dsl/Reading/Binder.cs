using LanguageExt;

namespace SimClrDsl.Reading;

/// <summary>
/// Located nodes to spec records, for both front ends. What a record may hold is read from the record itself; all errors are
/// gathered, none hides another.
/// </summary>
public static class Binder
{
    public static Validation<SpecError, Spec> Bind(SpecNode root) =>
        BindRecord(RecordShape.Of(typeof(Spec)), Located.Root(root)).Map(static bound => (Spec)bound.Value!);

    /// <summary>The <c>report:</c> of a file.</summary>
    internal static Validation<SpecError, ReportSpec> BindReport(Located at) =>
        BindRecord(RecordShape.Of(typeof(ReportSpec)), at).Map(static bound => (ReportSpec)bound.Value!);

    private static Validation<SpecError, Bound> BindRecord(RecordShape shape, Located at) =>
        at.Node.Match(
            scalar: scalar => scalar.IsEmpty ? BindEntries(shape, at, []) : Values.WrongType(ValueKind.Record, at),
            list: _ => Values.WrongType(ValueKind.Record, at),
            map: map => BindEntries(shape, at, map.Entries)
        );

    private static Validation<SpecError, Bound> BindEntries(RecordShape shape, Located at, Sequence<SpecNode.Entry> entries)
    {
        // Looked up by key: a file of nonsense may have thousands of them.
        var keys = new System.Collections.Generic.HashSet<string>(entries.Select(static entry => entry.Key));
        var free = shape.Keys.Where(key => !keys.Contains(key)).ToArray();
        var given = entries.Select(entry => BindEntry(shape, at, entry, free));
        var missing = shape
            .Fields.Where(field => field.Required && !keys.Contains(field.Key))
            .Select(field => (Validation<SpecError, Setting>)MissingKey(field, at));
        return Validations
            .All(given.Concat(missing))
            .Map(settings => new Bound(shape.Build(settings.Select(static setting => (setting.Field, setting.Bound.Value)))));
    }

    private static Validation<SpecError, Setting> BindEntry(
        RecordShape shape,
        Located at,
        SpecNode.Entry entry,
        IReadOnlyList<string> free
    ) =>
        shape.Find(entry.Key) is { } field
            ? BindField(field, at.Child(entry)).Map(bound => new Setting(field, bound))
            : UnknownKey(at, entry, free);

    private static Validation<SpecError, Bound> BindField(FieldShape field, Located at) =>
        field.Nullable && at.Node is SpecNode.Scalar { IsNone: true } ? new Bound(null)
        : field.Kind == ValueKind.Record ? BindRecord(RecordShape.Of(field.Type), at)
        : Values.Bind(field, at);

    private static SpecError MissingKey(FieldShape field, Located at)
    {
        var expected =
            field.Field.OneOf.Length > 0 ? Ranges.InWords(field.Field)
            : field.Kind == ValueKind.Choice ? $"one of {string.Join(", ", RecordShape.Choices(field.Type))}"
            : field.Kind == ValueKind.Record
                ? $"at least '{RecordShape.Of(field.Type).Fields.First(static inner => inner.Required).Key}:' in it"
            : Found.Expected(field.Kind);
        return SpecErrors.MissingKey.At(at.Key, Located.Join(at.Path, field.Key), field.Key, expected);
    }

    // A key that is there already cannot be what a misspelt second one was meant to be: the free ones are left.
    private static SpecError UnknownKey(Located at, SpecNode.Entry entry, IReadOnlyList<string> free)
    {
        var name = at.Path.Length == 0 ? "The experiment" : $"'{at.Path}'";
        return SpecErrors.UnknownKey.At(entry.KeySpan, at.Child(entry).Path, name, entry.Key, Advice(entry.Key, free));
    }

    // Most unknown keys are misspelt; most others stand one level too high or too low.
    private static string Advice(string key, IReadOnlyList<string> free)
    {
        var homes = RecordShape
            .Everywhere.Where(place => place.Path.Length > 0 && place.Shape.Find(key) is not null)
            .Select(static place => place.Path);
        return Nearest.To(key, free) is null && homes.ToArray() is { Length: > 0 } found
                ? $"it belongs to {string.Join(" or ", found.Select(static home => $"'{home}'"))}, check the indentation."
            : free.Count == 0 ? "remove it."
            : Nearest.Advice(key, free);
    }

    private sealed record Setting(FieldShape Field, Bound Bound);
}

/// <summary>
/// A value that was bound. Boxed in a type of its own, because null is a value here and <c>Validation</c> holds none, and because a
/// <c>Validation</c> of <c>object</c> would take an error for a value.
/// </summary>
internal sealed record Bound(object? Value);

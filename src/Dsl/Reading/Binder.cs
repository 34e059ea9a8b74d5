using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>The record that a tree was bound to, complete or not.</summary>
/// <typeparam name="T">Type of the record.</typeparam>
/// <param name="Value">The record, with default values where the tree has no usable value.</param>
/// <param name="Errors">What is wrong with the tree.</param>
/// <param name="Unknown">Dotted keys, relative to this record, whose intended values could not be read.</param>
internal sealed record Binding<T>(T Value, Sequence<SpecError> Errors, Sequence<string> Unknown);

/// <summary>
/// Binds the trees of both front ends to spec records. Which fields a record has is read from the record itself by reflection. All errors
/// are collected; one error does not hide another.
/// </summary>
internal static class Binder
{
    /// <summary>Binds a file, without its matrix and its report, to a spec.</summary>
    public static Binding<Spec> Bind(SpecNode root) => Bind<Spec>(Located.Root(root));

    /// <summary>Binds the <c>report:</c> of a file.</summary>
    public static Binding<ReportSpec> BindReport(Located at) => Bind<ReportSpec>(at);

    private static Binding<T> Bind<T>(Located at)
    {
        var walk = new TreeWalk(at.Path);
        var value = (T)walk.BindRecord(RecordShape.Of(typeof(T)), at);
        return new(value, walk.Errors.ToSequence(), walk.Unknown.Distinct().ToSequence());
    }

    /// <summary>A walk over one tree, which collects errors on its way.</summary>
    private sealed class TreeWalk(string root)
    {
        public List<SpecError> Errors { get; } = [];

        public List<string> Unknown { get; } = [];

        public object BindRecord(RecordShape shape, Located at) =>
            at.Node.Match(
                scalar: scalar => scalar.IsEmpty ? BindEntries(shape, at, [], isPartial: false) : NotARecord(shape, at),
                list: _ => NotARecord(shape, at),
                map: map => BindEntries(shape, at, map.Entries, map.IsPartial),
                unread: _ => AllUnknown(shape, at)
            );

        private object NotARecord(RecordShape shape, Located at)
        {
            Errors.Add(Values.WrongType(ValueKind.Record, at));
            return AllUnknown(shape, at);
        }

        private object AllUnknown(RecordShape shape, Located at) => BindEntries(shape, at, [], isPartial: true);

        private object BindEntries(RecordShape shape, Located at, Sequence<SpecNode.Entry> entries, bool isPartial)
        {
            // A set, because a broken file may have thousands of keys.
            var keys = new System.Collections.Generic.HashSet<string>(entries.Select(static entry => entry.Key));
            var free = shape.Keys.Where(key => !keys.Contains(key)).ToArray();
            var values = entries.SelectMany(entry => BindEntry(shape, at, entry, free)).ToList();
            foreach (var field in shape.Fields.Where(field => !keys.Contains(field.Key)))
            {
                if (field.Required && !isPartial)
                {
                    Errors.Add(MissingKey(field, at));
                }

                if (field.Required || isPartial)
                {
                    values.AddRange(UnknownField(field, at));
                }
            }

            return shape.Build(values);
        }

        private IEnumerable<(FieldShape, object?)> BindEntry(
            RecordShape shape,
            Located at,
            SpecNode.Entry entry,
            IReadOnlyList<string> free
        )
        {
            if (shape.Find(entry.Key) is { } field)
            {
                return BindField(field, at.Child(entry), at);
            }

            Errors.Add(UnknownKey(at, entry, free));
            // The key that was intended, which is a similar key or the same key of another map, has an unknown value.
            Unknown.AddRange(Keys.Candidates(entry.Key, at.Path, free).Select(Relative));
            return [];
        }

        private IEnumerable<(FieldShape, object?)> BindField(FieldShape field, Located at, Located parent)
        {
            if (field.Nullable && at.Node is SpecNode.Scalar { IsNone: true })
            {
                return [(field, null)];
            }

            if (field.Kind == ValueKind.Record)
            {
                if (at.Node is SpecNode.Unread or SpecNode.List or SpecNode.Scalar { IsEmpty: false })
                {
                    // It is unknown even whether a record was meant to be here.
                    Unknown.Add(Relative(at.Path));
                }

                return [(field, BindRecord(RecordShape.Of(field.Type), at))];
            }

            if (at.Node is SpecNode.Unread || (at.Node is SpecNode.List list && list.Items.Any(static item => item is SpecNode.Unread)))
            {
                return UnknownField(field, parent);
            }

            var bound = Values.Bind(field, at);
            Errors.AddRange(bound.FailToSeq());
            return bound.Match(Succ: value => [(field, value.Value)], Fail: _ => UnknownField(field, parent));
        }

        // Notes that the value of a field is unknown. A required record is created nevertheless, so that rules can read its fields.
        private IEnumerable<(FieldShape, object?)> UnknownField(FieldShape field, Located parent)
        {
            var path = Located.Join(parent.Path, field.Key);
            Unknown.Add(Relative(path));
            return field is { Kind: ValueKind.Record, Nullable: false }
                ? [(field, AllUnknown(RecordShape.Of(field.Type), new(new SpecNode.Unread(parent.Key), path, parent.Key)))]
                : [];
        }

        private string Relative(string path) => root.Length == 0 ? path : path.Substring(root.Length + 1);
    }

    private static SpecError MissingKey(FieldShape field, Located at)
    {
        var expected =
            field.Field.OneOf.Length > 0 ? Ranges.InWords(field.Field)
            : field.Kind == ValueKind.Choice ? $"one of {string.Join(", ", RecordShape.Choices(field.Type))}"
            : field.Kind == ValueKind.Record
                ? $"at least '{RecordShape.Of(field.Type).Fields.First(static inner => inner.Required).Key}:' in it"
            : ValueText.Expected(field.Kind);
        return SpecErrors.MissingKey.At(at.Key, Located.Join(at.Path, field.Key), field.Key, expected);
    }

    // Only keys that are not given yet are suggested: a misspelt key cannot stand for one that is there already.
    private static SpecError UnknownKey(Located at, SpecNode.Entry entry, IReadOnlyList<string> free) =>
        SpecErrors.UnknownKey.At(entry.KeySpan, at.Child(entry).Path, Keys.Owner(at.Path), entry.Key, Keys.Advice(entry.Key, free));
}

/// <summary>
/// A value that was bound. It has a type of its own because the value may be null, which a <c>Validation</c> cannot hold.
/// </summary>
/// <param name="Value">The value; null for <c>none</c>.</param>
internal sealed record BoundValue(object? Value);

using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>A record as far as a tree could be bound to it.</summary>
/// <param name="Value">The record, which holds defaults where the tree has no usable value.</param>
/// <param name="Errors">What is wrong with the tree.</param>
/// <param name="Unknown">The dotted keys, from this record on, whose meant values are not known.</param>
internal sealed record Binding<T>(T Value, Sequence<SpecError> Errors, Sequence<string> Unknown);

/// <summary>
/// Located nodes to spec records, for both front ends. What a record may hold is read from the record itself; all errors are
/// gathered, none hides another.
/// </summary>
internal static class Binder
{
    /// <summary>A file without its matrix and its report.</summary>
    public static Binding<Spec> Bind(SpecNode root) => Bind<Spec>(Located.Root(root));

    /// <summary>The <c>report:</c> of a file.</summary>
    public static Binding<ReportSpec> BindReport(Located at) => Bind<ReportSpec>(at);

    private static Binding<T> Bind<T>(Located at)
    {
        var pass = new Pass(at.Path);
        var value = (T)pass.BindRecord(RecordShape.Of(typeof(T)), at);
        return new(value, pass.Errors.ToSequence(), pass.Unknown.Distinct().ToSequence());
    }

    /// <summary>One walk over a tree, which gathers what is wrong as it goes.</summary>
    private sealed class Pass(string root)
    {
        public List<SpecError> Errors { get; } = [];

        public List<string> Unknown { get; } = [];

        public object BindRecord(RecordShape shape, Located at) =>
            at.Node.Match(
                scalar: scalar => scalar.IsEmpty ? BindEntries(shape, at, [], isPartial: false) : NoRecord(shape, at),
                list: _ => NoRecord(shape, at),
                map: map => BindEntries(shape, at, map.Entries, map.IsPartial),
                unread: _ => AllUnknown(shape, at)
            );

        private object NoRecord(RecordShape shape, Located at)
        {
            Errors.Add(Values.WrongType(ValueKind.Record, at));
            return AllUnknown(shape, at);
        }

        private object AllUnknown(RecordShape shape, Located at) => BindEntries(shape, at, [], isPartial: true);

        private object BindEntries(RecordShape shape, Located at, Sequence<SpecNode.Entry> entries, bool isPartial)
        {
            // Looked up by key: a file of nonsense may have thousands of them.
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
                    values.AddRange(NotKnown(field, at));
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
            // What was meant by it is not known: the key that it is a misspelling of, or the one of another map.
            Unknown.AddRange(Keys.Meant(entry.Key, at.Path, free).Select(Relative));
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
                    // Whether there is a record at all is not known either.
                    Unknown.Add(Relative(at.Path));
                }

                return [(field, BindRecord(RecordShape.Of(field.Type), at))];
            }

            if (at.Node is SpecNode.Unread || (at.Node is SpecNode.List list && list.Items.Any(static item => item is SpecNode.Unread)))
            {
                return NotKnown(field, parent);
            }

            var bound = Values.Bind(field, at);
            Errors.AddRange(bound.FailToSeq());
            return bound.Match(Succ: value => [(field, value.Value)], Fail: _ => NotKnown(field, parent));
        }

        // A record that is required is there all the same, so that rules can look into it.
        private IEnumerable<(FieldShape, object?)> NotKnown(FieldShape field, Located parent)
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
            : Found.Expected(field.Kind);
        return SpecErrors.MissingKey.At(at.Key, Located.Join(at.Path, field.Key), field.Key, expected);
    }

    // A key that is there already cannot be what a misspelt second one was meant to be: the free ones are left.
    private static SpecError UnknownKey(Located at, SpecNode.Entry entry, IReadOnlyList<string> free) =>
        SpecErrors.UnknownKey.At(entry.KeySpan, at.Child(entry).Path, Keys.Owner(at.Path), entry.Key, Keys.Advice(entry.Key, free));
}

/// <summary>A value that was bound. Boxed in a type of its own, because null is a value here and <c>Validation</c> holds none.</summary>
internal sealed record Bound(object? Value);

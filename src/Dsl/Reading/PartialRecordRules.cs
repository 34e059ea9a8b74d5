using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Checks rules on a record of which some values could not be read. Whether a rule that uses such a value is broken is uncertain. So the
/// rules are checked many times with different values filled in: a violation that appears every time, with the same message, does not
/// depend on them.
/// </summary>
internal static class PartialRecordRules
{
    // Number of times that the rules are checked. Enough for each value of one unknown field to meet many values of another.
    private const int Fillings = 32;

    // One step width for each unknown field, without a common factor with any number of candidates, so that the fields change
    // independently.
    private static readonly int[] Strides = [1, 17, 19, 23, 29, 31, 37, 41];

    /// <summary>The violations that do not depend on the unknown values.</summary>
    public static IEnumerable<Violation> Check<T>(Binding<T> bound, Func<T, IEnumerable<Violation>> rules)
        where T : notnull
    {
        if (bound.Unknown.Count == 0)
        {
            return rules(bound.Value);
        }

        var certain = rules(Filled(bound, 0)).ToList();
        for (var filling = 1; filling < Fillings && certain.Count > 0; filling++)
        {
            var broken = new HashSet<Violation>(rules(Filled(bound, filling)));
            certain.RemoveAll(violation => !broken.Contains(violation));
        }

        return certain;
    }

    private static T Filled<T>(Binding<T> bound, int filling)
        where T : notnull =>
        (T)
            bound
                .Unknown.Select(static (path, index) => (Path: path, Index: index))
                .Aggregate(
                    (object)bound.Value,
                    (record, unknown) => With(record, unknown.Path.Split('.'), depth: 0, filling * Strides[unknown.Index % Strides.Length])
                );

    // A field of a record that is left out stays left out.
    private static object With(object record, string[] path, int depth, int choice)
    {
        var shape = RecordShape.Of(record.GetType());
        if (shape.Find(path[depth]) is not { } field)
        {
            return record;
        }

        var known = field.Property.GetValue(record);
        var value =
            depth == path.Length - 1 ? Candidate(field, known, choice)
            : known is null ? null
            : With(known, path, depth + 1, choice);
        return shape.Build(shape.Fields.Select(other => (other, other == field ? value : other.Property.GetValue(record))));
    }

    /// <summary>One of the values that a field may have. If the field is a record, values in it that could be read are kept.</summary>
    private static object? Candidate(FieldShape field, object? known, int choice)
    {
        if (field.Kind == ValueKind.Record)
        {
            return field.Nullable && choice % 3 == 2 ? null : known ?? Record(RecordShape.Of(field.Type), choice);
        }

        object?[] values = [field.Default, .. Values(field), null];
        var allowed = values.Where(value => value is null ? field.Nullable : InRange(field, value)).Distinct().ToArray();
        return allowed.Length == 0 ? field.Default : allowed[choice % allowed.Length];
    }

    private static object Record(RecordShape shape, int choice) =>
        shape.Build(
            shape.Fields.Select(
                (field, index) =>
                    (
                        field,
                        field.Required || (choice + index) % 2 == 0
                            ? Candidate(field, field.Default, choice + (index * choice))
                            : field.Default
                    )
            )
        );

    private static IEnumerable<object?> Values(FieldShape field) =>
        field.Kind switch
        {
            ValueKind.Flag => [false, true],
            ValueKind.Choice => Enum.GetValues(field.Type).Cast<object?>(),
            ValueKind.Whole when field.Field.OneOf.Length > 0 => field.Field.OneOf.Cast<object?>(),
            ValueKind.Whole => new[] { 0, 1, 2, 3, 7, 8, 32, 100, 1000, 4096, 100_000, 10_000_000 }.Cast<object?>(),
            ValueKind.Number => new[] { 0, 1e-6, 0.01, 0.125, 0.5, 1, 2, 10, 1000 }.Cast<object?>(),
            ValueKind.Amount =>
            [
                .. new[] { 1, 10, 100, 1000, 100_000 }.Select(static count => (object?)Amount.Count(count)),
                .. new[] { 0.1, 1, 10, 50, 100 }.Select(static share => (object?)Amount.Percent(share)),
            ],
            ValueKind.Interval => [new Interval(0.1, 0.2), new Interval(0.5, 1)],
            ValueKind.Numbers => [(Sequence<double>)[0.1], (Sequence<double>)[0.1, 0.2]],
            ValueKind.Words => [(Sequence<string>)["a"]],
            ValueKind.Text => ["a", "b"],
            // For other kinds, only the default is tried.
            _ => (IEnumerable<object?>)[],
        };

    private static bool InRange(FieldShape field, object? value) =>
        value switch
        {
            int whole => Ranges.Allows(field.Field, whole),
            double number => Ranges.Allows(field.Field, number),
            Amount amount => Ranges.Allows(field.Field, amount.Value),
            _ => true,
        };
}

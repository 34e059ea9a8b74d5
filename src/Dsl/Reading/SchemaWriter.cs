using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Writes the JSON schema of experiment files, with which editors complete keys and underline errors. It describes each field by itself;
/// rules between fields are checked by the reader only.
/// </summary>
public static class SchemaWriter
{
    private const string AmountPattern = @"^\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)? *%$";

    /// <summary>The schema as text.</summary>
    public static string JsonSchema()
    {
        var root = RecordShape.Of(typeof(Spec));
        var nested = RecordShape.Everywhere.Select(static place => place.Shape).Where(shape => shape != root).Distinct();
        return Json.Map([
                ("$schema", Json.Text("https://json-schema.org/draft/2020-12/schema")),
                ("title", Json.Text("SimClrDsl experiment")),
                (
                    "description",
                    Json.Text("One SimCLRv2 experiment: pretrain, fine-tune, distil. Written from the spec records; do not edit.")
                ),
                .. Members(root, ("matrix", Matrix), ("report", Report)),
                (
                    "$defs",
                    Json.Map(
                        nested
                            .Concat(RecordShape.OfReports.Select(static place => place.Shape))
                            .Select(static shape => (NameOf(shape), Json.Map(Members(shape))))
                    )
                ),
            ])
            .Print();
    }

    // The matrix: a map of dotted keys to lists of values, or a list of such maps.
    private static Json Matrix
    {
        get
        {
            var map = Json.Map(
                ("type", Json.Text("object")),
                ("additionalProperties", Json.Map(("type", Json.Text("array")), ("minItems", Json.Number(1))))
            );
            return Json.Map(
                ("description", Json.Text("One experiment for each combination of values: dotted keys of the experiment to lists.")),
                ("anyOf", Json.List([map, Json.Map(("type", Json.Text("array")), ("items", map))]))
            );
        }
    }

    private static Json Report { get; } =
        Json.Map(
            ("description", Json.Text("The table or figure that is made of the results of all experiments.")),
            ("$ref", Json.Text("#/$defs/report"))
        );

    private static IEnumerable<(string, Json)> Members(RecordShape shape, params (string, Json)[] more)
    {
        var required = shape.Fields.Where(static inner => inner.Required).Select(static inner => Json.Text(inner.Key)).ToArray();
        // null is allowed because a key with nothing after it stands for a record of defaults.
        yield return ("type", required.Length > 0 ? Json.Text("object") : Json.List([Json.Text("object"), Json.Text("null")]));
        yield return ("additionalProperties", Json.Flag(false));
        if (required.Length > 0)
        {
            yield return ("required", Json.List(required));
        }

        yield return ("properties", Json.Map(shape.Fields.Select(static inner => (inner.Key, Property(inner))).Concat(more)));
    }

    private static Json Property(FieldShape shape) =>
        Json.Map([
            ("description", Json.Text(shape.Field.Description)),
            .. shape.Default is { } value && !shape.Required && shape.Kind is not (ValueKind.Record or ValueKind.Reasons)
                ? [("default", Value(value))]
                : NoMembers,
            .. shape.Nullable ? [("anyOf", Json.List([Json.Map(Type(shape)), None]))] : Type(shape),
        ]);

    // The ways to write "no value": to a JSON schema, none is a text, and ~ and null are null.
    private static Json None { get; } = Json.Map(("enum", Json.List([Json.Text("none"), Json.Null])));

    private static (string, Json)[] NoMembers => [];

    private static (string, Json)[] Type(FieldShape shape) =>
        shape.Kind switch
        {
            ValueKind.Text when shape.Key == "name" =>
            [
                ("type", Json.Text("string")),
                ("pattern", Json.Text("^[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?$")),
            ],
            ValueKind.Text => [("type", Json.Text("string"))],
            ValueKind.Whole when shape.Field.OneOf.Length > 0 =>
            [
                ("enum", Json.List(shape.Field.OneOf.Select(static allowed => Json.Number(allowed)))),
            ],
            ValueKind.Whole => [("type", Json.Text("integer")), .. Range(shape.Field)],
            ValueKind.Number => Number(shape.Field),
            ValueKind.Flag => [("type", Json.Text("boolean"))],
            ValueKind.Choice => [("enum", Json.List(RecordShape.Choices(shape.Type).Select(Json.Text)))],
            ValueKind.Amount =>
            [
                (
                    "anyOf",
                    Json.List([
                        Json.Map(Number(shape.Field)),
                        Json.Map(("type", Json.Text("string")), ("pattern", Json.Text(AmountPattern))),
                    ])
                ),
            ],
            ValueKind.Words => [("type", Json.Text("array")), ("items", Json.Map(("type", Json.Text("string"))))],
            ValueKind.Reasons =>
            [
                ("type", Json.List([Json.Text("object"), Json.Text("null")])),
                ("additionalProperties", Json.Map(("type", Json.Text("string")))),
            ],
            ValueKind.Interval =>
            [
                ("type", Json.Text("array")),
                ("items", Json.Map(Number(shape.Field))),
                ("minItems", Json.Number(2)),
                ("maxItems", Json.Number(2)),
            ],
            ValueKind.Numbers => [("type", Json.Text("array")), ("items", Json.Map(Number(shape.Field))), ("minItems", Json.Number(1))],
            _ => [("$ref", Json.Text($"#/$defs/{NameOf(RecordShape.Of(shape.Type))}"))],
        };

    private static (string, Json)[] Number(FieldAttribute range) => [("type", Json.Text("number")), .. Range(range)];

    private static IEnumerable<(string, Json)> Range(FieldAttribute range)
    {
        if (!double.IsNegativeInfinity(range.Min))
        {
            yield return (range.AboveMin ? "exclusiveMinimum" : "minimum", Json.Number(range.Min));
        }

        if (!double.IsPositiveInfinity(range.Max))
        {
            yield return (range.BelowMax ? "exclusiveMaximum" : "maximum", Json.Number(range.Max));
        }
    }

    private static Json Value(object value) =>
        value switch
        {
            int whole => Json.Number(whole),
            double number => Json.Number(number),
            bool flag => Json.Flag(flag),
            Interval interval => Json.List([Json.Number(interval.From), Json.Number(interval.To)]),
            Sequence<double> numbers => Json.List(numbers.Select(Json.Number)),
            Sequence<string> words => Json.List(words.Select(Json.Text)),
            Amount { Unit: AmountUnit.Count } amount => Json.Number(amount.Value),
            _ => Json.Text(SpecWriter.Scalar(value)),
        };

    // PretrainSpec → pretrain.
    private static string NameOf(RecordShape shape) => RecordShape.SnakeCase(shape.Type.Name.Replace("Spec", ""));
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Writes the JSON schema of experiment files, with which editors complete keys and underline errors. It describes each field by itself;
/// rules between fields are checked by the reader only.
/// </summary>
public static class SchemaWriter
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const string AmountPattern = @"^\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)? *%$";

    /// <summary>The schema as text.</summary>
    public static string JsonSchema()
    {
        var root = RecordShape.Of(typeof(Spec));
        var nested = RecordShape.Everywhere.Select(static place => place.Shape).Where(shape => shape != root).Distinct();
        return Map([
                    ("$schema", "https://json-schema.org/draft/2020-12/schema"),
                    ("title", "SimClrDsl experiment"),
                    ("description", "One SimCLRv2 experiment: pretrain, fine-tune, distil. Written from the spec records; do not edit."),
                    .. Members(root, ("matrix", Matrix), ("report", Report)),
                    (
                        "$defs",
                        Map(
                            nested
                                .Concat(RecordShape.OfReports.Select(static place => place.Shape))
                                .Select(static shape => (NameOf(shape), Map(Members(shape))))
                        )
                    ),
                ])
                .ToJsonString(Options) + "\n";
    }

    // The matrix: a map of dotted keys to lists of values, or a list of such maps.
    private static JsonNode Matrix
    {
        get
        {
            var map = Map(("type", "object"), ("additionalProperties", Map(("type", "array"), ("minItems", 1))));
            return Map(
                ("description", "One experiment for each combination of values: dotted keys of the experiment to lists."),
                ("anyOf", new JsonArray(map, Map(("type", "array"), ("items", map.DeepClone()))))
            );
        }
    }

    private static JsonNode Report =>
        Map(("description", "The table or figure that is made of the results of all experiments."), ("$ref", "#/$defs/report"));

    private static IEnumerable<(string, JsonNode)> Members(RecordShape shape, params (string, JsonNode)[] more)
    {
        var required = shape.Fields.Where(static inner => inner.Required).Select(static inner => inner.Key).ToArray();
        // null is allowed because a key with nothing after it stands for a record of defaults.
        yield return ("type", required.Length > 0 ? "object" : new JsonArray("object", "null"));
        yield return ("additionalProperties", false);
        if (required.Length > 0)
        {
            yield return ("required", List(required));
        }

        yield return ("properties", Map(shape.Fields.Select(static inner => (inner.Key, Property(inner))).Concat(more)));
    }

    private static JsonNode Property(FieldShape shape) =>
        Map([
            ("description", shape.Field.Description),
            .. shape.Default is { } value && !shape.Required && shape.Kind is not (ValueKind.Record or ValueKind.Reasons)
                ? [("default", Value(value))]
                : NoMembers,
            .. shape.Nullable ? [("anyOf", new JsonArray(Map(Type(shape)), None))] : Type(shape),
        ]);

    // The ways to write "no value": to a JSON schema, none is a text, and ~ and null are null.
    private static JsonNode None => Map(("enum", new JsonArray("none", null)));

    private static (string, JsonNode)[] NoMembers => [];

    private static (string, JsonNode)[] Type(FieldShape shape) =>
        shape.Kind switch
        {
            ValueKind.Text when shape.Key == "name" => [("type", "string"), ("pattern", "^[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?$")],
            ValueKind.Text => [("type", "string")],
            ValueKind.Whole when shape.Field.OneOf.Length > 0 => [("enum", List(shape.Field.OneOf))],
            ValueKind.Whole => [("type", "integer"), .. Range(shape.Field)],
            ValueKind.Number => Number(shape.Field),
            ValueKind.Flag => [("type", "boolean")],
            ValueKind.Choice => [("enum", List(RecordShape.Choices(shape.Type)))],
            ValueKind.Amount => [("anyOf", new JsonArray(Map(Number(shape.Field)), Map(("type", "string"), ("pattern", AmountPattern))))],
            ValueKind.Words => [("type", "array"), ("items", Map(("type", "string")))],
            ValueKind.Reasons => [("type", new JsonArray("object", "null")), ("additionalProperties", Map(("type", "string")))],
            ValueKind.Interval => [("type", "array"), ("items", Map(Number(shape.Field))), ("minItems", 2), ("maxItems", 2)],
            ValueKind.Numbers => [("type", "array"), ("items", Map(Number(shape.Field))), ("minItems", 1)],
            _ => [("$ref", $"#/$defs/{NameOf(RecordShape.Of(shape.Type))}")],
        };

    private static (string, JsonNode)[] Number(FieldAttribute range) => [("type", "number"), .. Range(range)];

    private static IEnumerable<(string, JsonNode)> Range(FieldAttribute range)
    {
        if (!double.IsNegativeInfinity(range.Min))
        {
            yield return (range.AboveMin ? "exclusiveMinimum" : "minimum", range.Min);
        }

        if (!double.IsPositiveInfinity(range.Max))
        {
            yield return (range.BelowMax ? "exclusiveMaximum" : "maximum", range.Max);
        }
    }

    private static JsonNode Value(object value) =>
        value switch
        {
            int whole => whole,
            double number => number,
            bool flag => flag,
            Interval interval => new JsonArray(interval.From, interval.To),
            Sequence<double> numbers => List(numbers),
            Sequence<string> words => List(words),
            Amount { Unit: AmountUnit.Count } amount => amount.Value,
            _ => SpecWriter.Scalar(value),
        };

    private static JsonNode Map(params IEnumerable<(string Key, JsonNode Value)> members) =>
        new JsonObject(members.Select(static member => KeyValuePair.Create<string, JsonNode?>(member.Key, member.Value)));

    private static JsonArray List<T>(IEnumerable<T> items) => [.. items.Select(static item => JsonValue.Create(item))];

    // PretrainSpec → pretrain.
    private static string NameOf(RecordShape shape) => RecordShape.SnakeCase(shape.Type.Name.Replace("Spec", ""));
}

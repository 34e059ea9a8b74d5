using System.Text;

namespace SimClrDsl.Reading;

/// <summary>Writes the reference page of experiment files: every key, and every error.</summary>
public static class ReferenceWriter
{
    /// <summary>The page as Markdown.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        text.Append("# Experiment files\n\n");
        text.Append(
            "Every key of an experiment, written from the spec records (`UPDATE_SNAPSHOTS=1 dotnet test tests/Dsl.Tests`); do not edit.\n"
        );
        text.Append("Keys marked required have no default. `none` leaves a value out; a stage that is left out is not run. ");
        text.Append("Rules between keys are in the list of errors below.\n");
        foreach (var places in RecordShape.Everywhere.GroupBy(static place => place.Shape))
        {
            Section(text, places.Key, places.Select(static place => place.Path).ToArray());
        }

        Matrix(text);
        foreach (var (path, shape) in RecordShape.OfReports)
        {
            Section(text, shape, [path]);
        }

        Errors(text);
        return text.ToString();
    }

    private static void Matrix(StringBuilder text) =>
        text.Append(
            "\n## `matrix`\n\n"
                + "A file with `matrix:` declares one experiment for each combination of values: keys of the experiment, dotted, "
                + "each with a\n"
                + "list, as in `matrix: { encoder.resnet: [50, 101], data.labels: [1%, 10%] }`. A list of such maps declares one after the "
                + "other.\n"
                + "A value may be `none` or a map. Each experiment is named after what the matrix set: `sweep-resnet-50-labels-1pct`.\n"
                + "Experiments that agree in a stage and in all before it share its result: it is run once.\n"
        );

    private static void Section(StringBuilder text, RecordShape shape, IReadOnlyList<string> paths)
    {
        text.Append(
            paths[0].Length == 0 ? "\n## The experiment\n\n" : $"\n## {string.Join(", ", paths.Select(static path => $"`{path}`"))}\n\n"
        );
        text.Append("| key | type | default | values | meaning |\n| --- | --- | --- | --- | --- |\n");
        foreach (var inner in shape.Fields)
        {
            text.Append(
                $"| `{inner.Key}` | {TypeOf(inner)} | {DefaultOf(inner)} | {ValuesOf(inner)} | {Cell(inner.Field.Description)} |\n"
            );
        }
    }

    private static void Errors(StringBuilder text)
    {
        text.Append(
            "\n## Errors\n\nErrors come with file, line and column, all at once. An id is never reused.\n\n| id | about |\n| --- | --- |\n"
        );
        foreach (var kind in SpecErrors.All)
        {
            text.Append($"| {kind.Id} | {Cell(kind.Title)} |\n");
        }
    }

    private static string TypeOf(FieldShape shape) =>
        shape.Kind switch
        {
            ValueKind.Text => "text",
            ValueKind.Whole => "whole number",
            ValueKind.Number => "number",
            ValueKind.Flag => "true or false",
            ValueKind.Choice => "choice",
            ValueKind.Amount => "count or share",
            ValueKind.Interval => "two numbers",
            ValueKind.Numbers => "list of numbers",
            ValueKind.Words => "list of words",
            ValueKind.Reasons => "keys with reasons",
            _ => "keys",
        } + (shape.Nullable ? ", or none" : "");

    private static string DefaultOf(FieldShape shape) =>
        shape.Required ? "required"
        : shape.Default is not { } value ? "none"
        : shape.Kind == ValueKind.Record ? "its defaults"
        : shape.Kind == ValueKind.Reasons ? "none"
        : $"`{SpecWriter.Scalar(value)}`";

    private static string ValuesOf(FieldShape shape) =>
        shape.Kind switch
        {
            ValueKind.Choice => string.Join(", ", RecordShape.Choices(shape.Type).Select(static word => $"`{word}`")),
            ValueKind.Record => "",
            _ => Ranges.InWords(shape.Field),
        };

    private static string Cell(string text) => text.Replace("|", "\\|");
}

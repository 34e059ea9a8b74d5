using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>
/// Writes a spec as C#, for the program, and as canonical YAML, for the reviewer. A source generator can only add C# to a compilation, so
/// the compiled experiment has its spec as a value; the YAML is a file that the compiler never sees.
/// </summary>
internal static class SpecEmitter
{
    private const string Indent = "    ";
    private const int Width = 140;

    /// <summary>The spec as canonical YAML with every default written out.</summary>
    public static SourceFile Yaml(Plan plan) =>
        new(
            $"{plan.Identifier}.yaml",
            $"# The spec of {plan.Name} with every default written out. It is read by reviewers and by no program.\n"
                + SpecWriter.Write(plan.Spec)
        );

    /// <summary>Writes the property that holds the spec; what has its default value is left out.</summary>
    public static void Emit(CodeWriter writer, Spec spec)
    {
        const int ColumnOfProperty = 8;
        writer.Line("public Spec Spec =>");
        foreach (var line in Record("", spec, ";", ColumnOfProperty).Lines)
        {
            writer.Line(Indent + line);
        }
    }

    // `start new() { ... } end` at a column: one line if the formatter would leave it on one.
    private static Part Record(string start, object record, string end, int column)
    {
        var members = RecordShape
            .Of(record.GetType())
            .Fields.Select(field => (Field: field, Value: field.Property.GetValue(record)))
            .Where(static member => member.Field.Required || !Equals(member.Value, member.Field.Default))
            .Select(member => Member(member.Field, member.Value, column + Indent.Length))
            .ToList();
        var line = $"{start}new() {{ {string.Join(", ", members.Select(static member => member.Lines[0]))} }}{end}";
        var most = members.Select(static member => member.Members).Append(members.Count).Max();
        return members.Count == 0 ? new([$"{start}new(){end}"], 0)
            : IsOnALine(members) && column + line.Length <= Width ? new([line], most)
            : new(Block($"{start}new()", "{", members.Select(static member => member.Lines), $"}}{end}"), most);
    }

    // The formatter breaks an initializer of three members, and one within another if either has two.
    private static bool IsOnALine(IReadOnlyList<Part> members) =>
        members.All(static member => member.Lines.Count == 1)
        && (members.Any(static member => member.Members > 0) ? members.Count == 1 && members[0].Members == 1 : members.Count <= 2);

    private static Part Member(FieldShape field, object? value, int column) =>
        value switch
        {
            { } record when field.Kind == ValueKind.Record => Record($"{field.Property.Name} = ", record, "", column),
            Sequence<OwnChoice> choices => List(
                field.Property.Name,
                choices.Select(static choice => $"new({Literal.Of(choice.Key)}, {Literal.Of(choice.Reason)})"),
                column
            ),
            Sequence<double> numbers => List(field.Property.Name, numbers.Select(Literal.Of), column),
            Sequence<string> words => List(field.Property.Name, words.Select(Literal.Of), column),
            _ => new([$"{field.Property.Name} = {Scalar(value)}"], 0),
        };

    private static Part List(string name, IEnumerable<string> items, int column)
    {
        var line = $"{name} = [{string.Join(", ", items)}]";
        return new(
            column + line.Length < Width
                ? [line]
                : Block($"{name} =", "[", items.Select(static item => (IReadOnlyList<string>)[item]), "]"),
            Members: 0
        );
    }

    private static IReadOnlyList<string> Block(string header, string open, IEnumerable<IReadOnlyList<string>> members, string close) =>
        [
            header,
            open,
            .. members.SelectMany(static lines => lines.Select((line, i) => $"{Indent}{line}{(i == lines.Count - 1 ? "," : "")}")),
            close,
        ];

    private static string Scalar(object? value) =>
        value switch
        {
            null => "null",
            string text => Literal.Of(text),
            double number => Literal.Of(number),
            bool flag => Literal.Of(flag),
            Amount amount => $"Amount.{amount.Unit}({Literal.Of(amount.Value)})",
            Interval range => $"new({Literal.Of(range.From)}, {Literal.Of(range.To)})",
            // In full, because the network's stem and the enum of stems have one name.
            Enum choice => $"global::{choice.GetType().FullName}.{choice}",
            _ => $"{value}",
        };

    /// <summary>A part of the spec as code.</summary>
    /// <param name="Lines">Its lines.</param>
    /// <param name="Members">The most members that an initializer in it has; 0 if there is none.</param>
    private sealed record Part(IReadOnlyList<string> Lines, int Members);
}

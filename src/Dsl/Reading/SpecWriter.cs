using System.Globalization;
using System.Text;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Writes a spec as canonical YAML: all fields that have a value, in the order of their declaration. Two specs are equal if and only if
/// their texts are. Fields that the spec leaves to the planner are left out.
/// </summary>
public static class SpecWriter
{
    /// <summary>The text of a spec, which reads back as an equal spec.</summary>
    public static string Write(Spec spec)
    {
        var text = new StringBuilder();
        WriteRecord(text, spec, indent: "");
        return text.ToString();
    }

    private static void WriteRecord(StringBuilder text, object record, string indent)
    {
        foreach (var field in RecordShape.Of(record.GetType()).Fields)
        {
            switch (field.Property.GetValue(record))
            {
                case null when field.Default is null:
                    break;
                case null:
                    Line(text, $"{indent}{field.Key}: none");
                    break;
                case Sequence<OwnChoice> { Count: 0 }:
                    break;
                case Sequence<OwnChoice> choices:
                    Line(text, $"{indent}{field.Key}:");
                    foreach (var choice in choices)
                    {
                        Line(text, $"{indent}  {choice.Key}: {Scalar(choice.Reason)}");
                    }

                    break;
                case { } nested when field.Kind == ValueKind.Record:
                    WriteNested(text, field.Key, nested, indent);
                    break;
                case { } value:
                    Line(text, $"{indent}{field.Key}: {Scalar(value)}");
                    break;
            }
        }
    }

    private static void WriteNested(StringBuilder text, string key, object record, string indent)
    {
        var inner = new StringBuilder();
        WriteRecord(inner, record, indent + "  ");
        Line(text, inner.Length == 0 ? $"{indent}{key}: {{}}" : $"{indent}{key}:");
        text.Append(inner);
    }

    // Not AppendLine, whose line end depends on the machine.
    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    /// <summary>A value as YAML writes it.</summary>
    internal static string Scalar(object value) =>
        value switch
        {
            string text => IsPlain(text) ? text : Quoted(text),
            int whole => whole.ToString(CultureInfo.InvariantCulture),
            double number => Ranges.Text(number),
            bool flag => flag ? "true" : "false",
            Enum choice => RecordShape.KebabCase(choice.ToString()),
            Sequence<string> words => $"[{string.Join(", ", words.Select(static word => Scalar(word)))}]",
            Sequence<double> numbers => $"[{string.Join(", ", numbers.Select(Ranges.Text))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    // Whether a text needs no quotes: words and paths that neither YAML nor this reader takes for anything else.
    private static bool IsPlain(string text) =>
        text.Length > 0
        && (text[0] == '/' || IsAsciiLetter(text[0]))
        && text.All(static letter => IsAsciiLetter(letter) || letter is (>= '0' and <= '9') or '-' or '_' or '.' or '/')
        && text is not ("none" or "null" or "true" or "false");

    private static bool IsAsciiLetter(char letter) => letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    private static string Quoted(string text) => $"\"{string.Concat(text.Select((_, at) => Escaped(text, at)))}\"";

    // A character beyond 16 bits is a pair of surrogates in C# but one escape in YAML; half a pair becomes the replacement character.
    private static string Escaped(string text, int at) =>
        !char.IsSurrogate(text[at]) ? Escaped(text[at])
        : at > 0 && char.IsSurrogatePair(text, at - 1) ? ""
        : at + 1 < text.Length && char.IsSurrogatePair(text, at) ? $"\\U{char.ConvertToUtf32(text, at):X8}"
        : "\\uFFFD";

    private static string Escaped(char letter) =>
        letter is '"' or '\\' ? $"\\{letter}"
        : letter is < ' ' or > '~' ? $"\\u{(int)letter:X4}"
        : letter.ToString();
}

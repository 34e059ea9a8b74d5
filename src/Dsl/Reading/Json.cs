using System.Text;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// A JSON value to be printed. It is our own because netstandard2.0 has no JSON writer, and a schema needs only a small one.
/// </summary>
internal abstract record Json
{
    private Json() { }

    public static Json Text(string text) => new Plain(Quoted(text));

    public static Json Number(double number) => new Plain(Ranges.Text(number));

    public static Json Flag(bool flag) => new Plain(flag ? "true" : "false");

    public static Json Null { get; } = new Plain("null");

    public static Json List(IEnumerable<Json> items) => new Array(items.ToSequence());

    public static Json Map(IEnumerable<(string Key, Json Value)> members) => new Object(members.ToSequence());

    public static Json Map(params (string Key, Json Value)[] members) => new Object(members.ToSequence());

    /// <summary>The value as text, indented by two spaces; lists stay on one line.</summary>
    public string Print() => Print("") + "\n";

    private protected abstract string Print(string indent);

    private sealed record Plain(string Value) : Json
    {
        private protected override string Print(string indent) => Value;
    }

    private sealed record Array(Sequence<Json> Items) : Json
    {
        private protected override string Print(string indent) => $"[{string.Join(", ", Items.Select(item => item.Print(indent)))}]";
    }

    private sealed record Object(Sequence<(string Key, Json Value)> Members) : Json
    {
        private protected override string Print(string indent)
        {
            var inner = indent + "  ";
            var lines = Members.Select(member => $"{inner}{Quoted(member.Key)}: {member.Value.Print(inner)}");
            return Members.Count == 0 ? "{}" : $"{{\n{string.Join(",\n", lines)}\n{indent}}}";
        }
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(
                letter is '"' or '\\' ? $"\\{letter}"
                : letter < ' ' ? $"\\u{(int)letter:x4}"
                : letter.ToString()
            );
        }

        return quoted.Append('"').ToString();
    }
}

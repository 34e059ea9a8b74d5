using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>Values as C# literals, whatever the machine's culture.</summary>
internal static class Literal
{
    public static string Of(double value) => Numbers.Plain(value);

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(string? value) => value is null ? "null" : $"\"{string.Concat(value.Select(Escaped))}\"";

    // Line breaks are escaped, including those of Unicode, because they would end the literal.
    private static string Escaped(char letter) =>
        letter is '"' or '\\' ? $"\\{letter}"
        : char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' ? $"\\u{(int)letter:X4}"
        : letter.ToString();
}

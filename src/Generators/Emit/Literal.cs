using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>Values as C# literals, whatever the machine's culture.</summary>
internal static class Literal
{
    public static string Of(double value) => Numbers.Plain(value);

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(string? value) => value is null ? "null" : $"\"{string.Concat(value.Select(Escaped))}\"";

    /// <summary>A text for a comment of one line: what would end the line, and so the comment, is escaped.</summary>
    public static string InComment(string text) => string.Concat(text.Select(OnOneLine));

    private static string Escaped(char letter) => letter is '"' or '\\' ? $"\\{letter}" : OnOneLine(letter);

    // The line breaks of C# include some of Unicode.
    private static string OnOneLine(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' ? $"\\u{(int)letter:X4}" : letter.ToString();
}

namespace SimClrDsl.Runtime.Files;

/// <summary>Escapes text that must be printed on a single line.</summary>
public static class OneLine
{
    /// <summary>
    /// The text with each control character replaced by its escape sequence, such as <c>\u000a</c>. File names may contain line breaks and
    /// terminal commands, which must not reach the screen.
    /// </summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(text.Select(static letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()))
            : text;
}

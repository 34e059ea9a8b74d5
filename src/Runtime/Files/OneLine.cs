namespace SimClrDsl.Runtime.Files;

/// <summary>Text that is to stay on its line.</summary>
public static class OneLine
{
    /// <summary>
    /// The text with each control character written out (<c>\u000a</c>): a file's name may hold what ends a line or commands a terminal.
    /// </summary>
    public static string Of(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(text.Select(static letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()))
            : text;
}

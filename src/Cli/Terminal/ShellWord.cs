namespace SimClrDsl.Cli.Terminal;

/// <summary>Writes words as a person types them into a shell.</summary>
internal static class ShellWord
{
    private const string Plain = "-_./:@%+=,";

    /// <summary>The word as it is, or in quotes if a shell would otherwise read it as something else.</summary>
    /// <param name="word">Any text, such as the path of a file.</param>
    public static string Of(string word) =>
        word.Length > 0 && word.All(static letter => char.IsLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

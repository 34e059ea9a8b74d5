using SimClrDsl.Planning;

namespace SimClrDsl.Cli.NewSpecs;

/// <summary>Makes names of experiments.</summary>
internal static class ExperimentName
{
    private const string Otherwise = "images";

    /// <summary>
    /// A name that a spec may have, as close to a given text as possible: letters and digits of ASCII, and hyphens between them for all
    /// else. It begins with <c>my-</c> if the text does not begin with a letter.
    /// </summary>
    public static string Of(string text)
    {
        var letters = string.Concat(text.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        var words = letters.Split('-', StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length == 0 ? Otherwise : string.Join('-', words);
        return char.IsAsciiLetter(name[0]) && Plan.IdentifierOf(name) is not ("SimClrDsl" or "TorchSharp" or "System")
            ? name
            : $"my-{name}";
    }
}

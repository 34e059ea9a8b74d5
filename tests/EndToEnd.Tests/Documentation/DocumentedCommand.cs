using System.Text.RegularExpressions;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Documentation;

/// <summary>A line of a code block, or a command within a sentence, that a page tells its reader to type.</summary>
/// <param name="Page">Path of the page in the repository.</param>
/// <param name="Line">Its first line there.</param>
/// <param name="Text">The whole command, of all its lines, without the comment behind it.</param>
/// <param name="IsInBlock">Whether it stands in a code block of <c>sh</c>.</param>
internal sealed partial record DocumentedCommand(string Page, int Line, string Text, bool IsInBlock)
{
    private const string Launcher = "./simclr";

    /// <summary>All commands of README and of the pages of docs/.</summary>
    public static IReadOnlyList<DocumentedCommand> All { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Built.Repository, "docs"), "*.md")
            .Order(StringComparer.Ordinal)
            .Select(static file => $"docs/{Path.GetFileName(file)}")
            .Prepend("README.md")
            .SelectMany(Of),
    ];

    /// <summary>The words after <c>./simclr</c>; none for a command of another program. A number that the reader chooses is 1.</summary>
    public string[] Words =>
        Text.IndexOf(Launcher, StringComparison.Ordinal) is var at and >= 0
            ? [.. EndOfCommand().Split(Text[(at + Launcher.Length)..])[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Filled)]
            : [];

    public override string ToString() => $"{Page}:{Line}: {Text}";

    /// <summary>The commands of a page in order.</summary>
    public static IEnumerable<DocumentedCommand> Of(string page) => InBlocks(page).Concat(InSentences(page));

    /// <summary>The first code block of a language whose first line is a given one; its text from there on.</summary>
    public static string Block(string page, string firstLine)
    {
        var lines = Lines(page)
            .SkipWhile(line => line != firstLine)
            .TakeWhile(static line => !line.StartsWith("```", StringComparison.Ordinal));
        return string.Concat(lines.Select(static line => $"{line}\n"));
    }

    private static IEnumerable<DocumentedCommand> InBlocks(string page)
    {
        var (isShell, started, text) = (false, 0, "");
        foreach (var (i, line) in Lines(page).Index())
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isShell = line == "```sh";
                continue;
            }

            if (!isShell || line.TrimStart() is "" or ['#', ..])
            {
                continue;
            }

            started = text.Length == 0 ? i + 1 : started;
            text += Comment().Replace(line, "").Trim();
            if (text.EndsWith('\\'))
            {
                text = text[..^1];
                continue;
            }

            yield return new(page, started, text, IsInBlock: true);
            text = "";
        }
    }

    private static IEnumerable<DocumentedCommand> InSentences(string page)
    {
        var prose = CodeBlock()
            .Replace(string.Join('\n', Lines(page)), static block => new string('\n', block.Value.Count(static c => c == '\n')));
        return InlineCode()
            .Matches(prose)
            .Where(static code => code.Groups[1].Value.Contains($"{Launcher} ", StringComparison.Ordinal))
            .Select(code => new DocumentedCommand(
                page,
                prose[..code.Index].Count(static c => c == '\n') + 1,
                code.Groups[1].Value.Replace('\n', ' '),
                IsInBlock: false
            ));
    }

    private static IEnumerable<string> Lines(string page) => File.ReadLines(Path.Combine(Built.Repository, page));

    private static string Filled(string word) => word is "N" ? "1" : word;

    [GeneratedRegex(@"\s+#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s(?:\||>|&&)\s|;")]
    private static partial Regex EndOfCommand();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InlineCode();
}

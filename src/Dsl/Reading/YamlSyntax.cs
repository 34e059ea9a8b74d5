using YamlDotNet.Core;

namespace SimClrDsl.Reading;

/// <summary>Syntax errors in words that say what to do.</summary>
internal static class YamlSyntax
{
    /// <summary>What the parser found wrong.</summary>
    public static SpecError ErrorOf(string file, YamlException error) =>
        SpecErrors.Syntax.At(SpanOf(file, error.Start, error.End), "", Explain(error.Message));

    /// <summary>What the parser failed over, somewhere after the last piece that it read.</summary>
    public static SpecError ErrorAfter(SourceSpan reached, Exception error) => SpecErrors.Syntax.At(reached, "", Explain(error.Message));

    public static SourceSpan SpanOf(string file, Mark start, Mark end) =>
        new(
            file,
            (int)start.Index,
            Math.Max(0, (int)(end.Index - start.Index)),
            (int)start.Line,
            (int)start.Column,
            (int)end.Line,
            (int)end.Column
        );

    /// <summary>The text with U+FFFD in place of each half of a character, as any decoder of a file's bytes puts it.</summary>
    public static string WholeCharacters(string text) =>
        string.Concat(
            text.Select(
                (letter, at) =>
                    char.IsSurrogate(letter)
                    && !(at + 1 < text.Length && char.IsSurrogatePair(text, at))
                    && !(at > 0 && char.IsSurrogatePair(text, at - 1))
                        ? '\uFFFD'
                        : letter
            )
        );

    /// <summary>The first line that is indented with a tab, be it blank: the parser refuses it too, in words and at a place that help nobody.</summary>
    public static SpecError? IndentedByTab(string file, string source)
    {
        var start = 0;
        for (var line = 1; start <= source.Length; line++)
        {
            var end = source.IndexOf('\n', start) is var newline and >= 0 ? newline : source.Length;
            var content = source.Substring(start, end - start);
            var tab = content.IndexOf('\t', 0, content.Length - content.TrimStart(' ', '\t').Length);
            if (tab >= 0)
            {
                var span = new SourceSpan(file, start + tab, Length: 1, line, tab + 1, line, tab + 2);
                return SpecErrors.Syntax.At(
                    span,
                    "",
                    "This line is indented with a tab, but YAML is indented with spaces, not tabs: replace the tab."
                );
            }

            start = end + 1;
        }

        return null;
    }

    private static string Explain(string message) =>
        Has(message, "did not find expected key")
            ? "This line does not line up with the keys before it: indent the keys of a map by the same number of spaces."
        : Has(message, "invalid mapping") || Has(message, "mapping values are not allowed")
            ? "A second colon in a line: put quotes around the value, or the key on a line of its own."
        : Has(message, "did not find expected ',' or") ? "A bracket is not closed, or a comma is missing: add ',', ']' or '}'."
        : Has(message, "cannot start any token") ? "A value cannot start with this character: put quotes around the value."
        : Has(message, "quoted scalar") ? "A quote is not closed: add the second one."
        : $"YAML cannot be read here ({OneLine(message)}): check indentation, colons, quotes and brackets.";

    private static bool Has(string message, string words) => message.IndexOf(words, StringComparison.OrdinalIgnoreCase) >= 0;

    private static string OneLine(string message) =>
        string.Join(" ", message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).Trim().TrimEnd('.');
}

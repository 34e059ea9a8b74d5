using YamlDotNet.Core;

namespace SimClrDsl.Reading;

/// <summary>Syntax errors of YAML, with messages that say how to correct them.</summary>
internal static class YamlSyntax
{
    /// <summary>The error that the parser reported.</summary>
    public static SpecError ErrorOf(string file, YamlException error) =>
        SpecErrors.Syntax.At(SpanOf(file, error.Start, error.End), "", Explain(error.Message));

    /// <summary>The error for another exception of the parser, which happened after the last place that it read.</summary>
    public static SpecError ErrorAfter(SourceSpan reached, Exception error) => SpecErrors.Syntax.At(reached, "", Explain(error.Message));

    public static SourceSpan SpanOf(string file, Mark start, Mark end) =>
        new(
            File: file,
            Start: (int)start.Index,
            Length: Math.Max(0, (int)(end.Index - start.Index)),
            Line: (int)start.Line,
            Column: (int)start.Column,
            EndLine: (int)end.Line,
            EndColumn: (int)end.Column
        );

    /// <summary>The text with U+FFFD in place of each unpaired surrogate, which is what a decoder of a file's bytes gives too.</summary>
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

    /// <summary>
    /// An error for the first line that is indented with a tab, even if it is blank; null if there is none. The parser rejects such a line
    /// too, but with a message and a place that do not help.
    /// </summary>
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
                var span = new SourceSpan(
                    file,
                    Start: start + tab,
                    Length: 1,
                    Line: line,
                    Column: tab + 1,
                    EndLine: line,
                    EndColumn: tab + 2
                );
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

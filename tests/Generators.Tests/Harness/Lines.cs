using System.Text.RegularExpressions;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>Generated text, looked at line by line.</summary>
internal static partial class Lines
{
    /// <summary>The lines below the header, where the plan table is; all lines of a file without a header.</summary>
    public static IReadOnlyList<string> Body(string text) =>
        [.. text.Split('\n').Skip(text.Split('\n').ToList().IndexOf("#nullable enable"))];

    /// <summary>The lines of code alone: no header, no comments, nothing empty.</summary>
    public static IReadOnlyList<string> Code(string text) =>
        [.. Body(text).Select(static line => Comment().Replace(line, "")).Where(static line => line.Trim().Length > 0)];

    /// <summary>Each number as <c>#</c>.</summary>
    public static IReadOnlyList<string> Unnumbered(IEnumerable<string> lines) =>
        [.. lines.Select(static line => Number().Replace(line, "#"))];

    /// <summary>Lines of one text that the other has not, in order, without indentation.</summary>
    public static IReadOnlyList<string> Except(IReadOnlyList<string> lines, IReadOnlyList<string> others)
    {
        var left = others.GroupBy(static line => line).ToDictionary(static group => group.Key, static group => group.Count());
        return
        [
            .. lines
                .Where(line => !(left.TryGetValue(line, out var count) && (left[line] = count - 1) >= 0))
                .Select(static line => line.Trim()),
        ];
    }

    [GeneratedRegex(@" *//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![A-Za-z])\d[\d,]*(\.\d+)?(E[+-]\d+)?")]
    private static partial Regex Number();
}

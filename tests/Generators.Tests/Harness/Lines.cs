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

    /// <summary>Number of lines that a comparison of two texts shows as added: those beside the longest sequence that both have.</summary>
    public static int Added(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        // Length of the longest common sequence of the lines so far and the first of the old lines.
        var common = new int[old.Length + 1];
        foreach (var line in now)
        {
            var diagonal = 0;
            for (var i = 1; i <= old.Length; i++)
            {
                (diagonal, common[i]) = (common[i], old[i - 1] == line ? diagonal + 1 : Math.Max(common[i], common[i - 1]));
            }
        }

        return now.Length - common[^1];
    }

    [GeneratedRegex(@" *//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![A-Za-z])\d[\d,]*(\.\d+)?(E[+-]\d+)?")]
    private static partial Regex Number();
}

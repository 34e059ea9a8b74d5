using System.Text.RegularExpressions;

namespace SimClrDsl.Generators.Tests.Mutated;

/// <summary>Small edits of a YAML file's text, each at a place that is drawn.</summary>
internal static partial class YamlEdits
{
    public static string Indent(string line) => line[..(line.Length - line.TrimStart(' ').Length)];

    /// <summary>Does something at one line that is neither empty nor a comment.</summary>
    public static string Edit(Draw draw, string text, Action<List<string>, int, Draw> edit)
    {
        var lines = text.Split('\n').ToList();
        var full = Enumerable.Range(0, lines.Count).Where(at => lines[at].Trim() is { Length: > 0 } line && line[0] != '#').ToList();
        if (full.Count > 0)
        {
            edit(lines, draw.From(full), draw);
        }

        return string.Join('\n', lines);
    }

    public static void Swap(List<string> lines, int one, int other) => (lines[one], lines[other]) = (lines[other], lines[one]);

    public static void Move(List<string> lines, int at, Draw draw)
    {
        var block = lines.GetRange(at, Block(lines, at));
        lines.RemoveRange(at, block.Count);
        lines.InsertRange(draw.Below(lines.Count + 1), block);
    }

    /// <summary>How many lines a key has with all that is indented below it.</summary>
    public static int Block(List<string> lines, int at) =>
        1 + lines.Skip(at + 1).TakeWhile(line => Indent(line).Length > Indent(lines[at]).Length).Count();

    public static string Without(string text, string key) => Regex.Replace(text, $@"(?m)^{key}:.*\n(?:[ \-].*\n)*", "");

    public static string Replace(Draw draw, string text, Regex pattern, Func<Draw, string, string> by)
    {
        var found = pattern.Matches(text);
        if (found.Count == 0)
        {
            return text;
        }

        var match = draw.From(found);
        return $"{text[..match.Index]}{by(draw, match.Value)}{text[(match.Index + match.Length)..]}";
    }

    public static string Misspell(Draw draw, string key)
    {
        var at = draw.Below(key.Length);
        return draw.Below(5) switch
        {
            0 => key.Remove(at, 1),
            1 => key.Insert(at, key[at..(at + 1)]),
            2 => key.ToUpperInvariant(),
            3 => key.Replace('_', '-') + "s",
            _ => new string([.. key.Reverse()]),
        };
    }

    [GeneratedRegex(@"(?m)(?<=^ *(?:- )?|[{,] *)[\w.]+(?=:)")]
    public static partial Regex Keys();

    [GeneratedRegex(@"(?m)(?<=^[^#\n]*[\w]:) +[^\s{}\[\],#][^{}\[\],#\n]*")]
    public static partial Regex Scalars();

    [GeneratedRegex(@"(?m)(?<=^[^#\n]*[:\[,] *)\d+")]
    public static partial Regex Digits();

    [GeneratedRegex(@"(?m)(?<=^[^#\n]*)[{}\[\],:]")]
    public static partial Regex Marks();
}

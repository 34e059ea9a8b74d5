using System.Text.RegularExpressions;
using static SimClrDsl.Generators.Tests.Mutated.YamlEdits;

namespace SimClrDsl.Generators.Tests.Mutated;

/// <summary>One way in which a person, an editor or a broken disk spoils a YAML file.</summary>
/// <param name="Name">What is done, in a few words.</param>
/// <param name="Apply">The spoilt text; the text as it is where there is nothing to spoil in this way.</param>
internal sealed record YamlMutation(string Name, Func<Draw, string, string> Apply);

/// <summary>Every way that the tests try.</summary>
internal static class YamlMutations
{
    public static IReadOnlyList<YamlMutation> All { get; } =
    [
        new("a line is deleted", static (draw, text) => Edit(draw, text, static (lines, at, _) => lines.RemoveAt(at))),
        new("a line stands twice", static (draw, text) => Edit(draw, text, static (lines, at, _) => lines.Insert(at, lines[at]))),
        new(
            "two lines are swapped",
            static (draw, text) => Edit(draw, text, static (lines, at, by) => Swap(lines, at, by.Below(lines.Count)))
        ),
        new(
            "a block is deleted",
            static (draw, text) => Edit(draw, text, static (lines, at, _) => lines.RemoveRange(at, Block(lines, at)))
        ),
        new(
            "a block stands twice",
            static (draw, text) =>
                Edit(
                    draw,
                    text,
                    static (lines, at, by) => lines.InsertRange(by.Below(lines.Count + 1), lines.GetRange(at, Block(lines, at)))
                )
        ),
        new("a block moves elsewhere", static (draw, text) => Edit(draw, text, Move)),
        new(
            "a line is indented more",
            static (draw, text) => Edit(draw, text, static (lines, at, by) => lines[at] = new string(' ', 1 + by.Below(8)) + lines[at])
        ),
        new(
            "a line is indented less",
            static (draw, text) =>
                Edit(
                    draw,
                    text,
                    static (lines, at, by) =>
                        lines[at] = lines[at][Math.Min(1 + by.Below(4), lines[at].Length - lines[at].TrimStart(' ').Length)..]
                )
        ),
        new("a tab indents a line", static (draw, text) => Edit(draw, text, static (lines, at, _) => lines[at] = "\t" + lines[at])),
        new("tabs for spaces", static (draw, text) => text.Replace(draw.From(["  ", ": ", ", ", " "]), "\t")),
        new("a key is misspelt", static (draw, text) => Replace(draw, text, Keys(), static (by, key) => Misspell(by, key))),
        new("a key of elsewhere", static (draw, text) => Replace(draw, text, Keys(), (by, _) => by.From(Keys().Matches(text)).Value)),
        new("another value", static (draw, text) => Replace(draw, text, Scalars(), static (by, _) => " " + by.From(YamlPieces.Values))),
        new("another value and another", static (draw, text) => Replace(draw, Replace(draw, text, Scalars(), Other), Scalars(), Other)),
        new(
            "a value of elsewhere",
            static (draw, text) => Replace(draw, text, Scalars(), (by, _) => by.From(Scalars().Matches(text)).Value)
        ),
        new(
            "a huge number",
            static (draw, text) => Replace(draw, text, Digits(), static (by, number) => number + new string('0', 1 + by.Below(12)))
        ),
        new("a negative number", static (draw, text) => Replace(draw, text, Digits(), static (_, number) => "-" + number)),
        new("another number", static (draw, text) => Replace(draw, text, Digits(), static (by, _) => $"{by.Below(3000)}")),
        new("a mark is lost", static (draw, text) => Replace(draw, text, Marks(), static (_, _) => "")),
        new("a mark is doubled", static (draw, text) => Replace(draw, text, Marks(), static (_, mark) => mark + mark)),
        new(
            "a mark is another",
            static (draw, text) => Replace(draw, text, Marks(), static (by, _) => by.From(["{", "}", "[", "]", ",", ":", "-"]))
        ),
        new("the file ends early", static (draw, text) => text[..draw.Below(text.Length)]),
        new("the file begins late", static (draw, text) => text[draw.Below(text.Length)..]),
        new("a strange character", static (draw, text) => text.Insert(draw.Below(text.Length), draw.From(YamlPieces.Strange))),
        new(
            "several strange characters",
            static (draw, text) =>
                Enumerable
                    .Range(0, 4)
                    .Aggregate(text, (spoilt, _) => spoilt.Insert(draw.Below(spoilt.Length), draw.From(YamlPieces.Strange)))
        ),
        new(
            "letters that look alike",
            static (draw, text) => Replace(draw, text, Keys(), static (_, key) => key.Replace('e', 'е').Replace('a', 'а'))
        ),
        new(
            "a byte order mark",
            static (draw, text) =>
                "\ufeff" + (draw.Below(2) == 0 ? text : Replace(draw, text, Keys(), static (by, key) => Misspell(by, key)))
        ),
        new(
            "lines of Windows",
            static (draw, text) =>
                Replace(draw, text, Keys(), static (by, key) => by.Below(2) == 0 ? key : Misspell(by, key)).Replace("\n", "\r\n")
        ),
        new("lines of old Macs", static (_, text) => text.Replace('\n', '\r')),
        new(
            "lines of every kind",
            static (draw, text) => string.Concat(text.Split('\n').Select(line => line + draw.From(["\n", "\r\n", "\r", "\n\n"])))
        ),
        new(
            "an anchor and its alias",
            static (draw, text) =>
                Replace(draw, Replace(draw, text, Scalars(), static (_, value) => " &x" + value), Scalars(), static (_, _) => " *x")
        ),
        new(
            "a merge key",
            static (draw, text) => Edit(draw, text, static (lines, at, _) => lines.Insert(at, $"{Indent(lines[at])}<<: {{ resnet: 18 }}"))
        ),
        new(
            "a second document",
            static (draw, text) =>
                Edit(draw, text, static (lines, at, by) => lines.Insert(at, by.From(["---", "...", "--- !x", "%YAML 1.2", "%TAG ! x"])))
        ),
        new(
            "an unusual key",
            static (draw, text) =>
                Edit(
                    draw,
                    text,
                    static (lines, at, by) =>
                        lines.Insert(
                            at,
                            Indent(lines[at])
                                + by.From([
                                    "? a\n: b",
                                    ": 5",
                                    "[a]: 5",
                                    "{a: b}: c",
                                    "5: 6",
                                    "~: 1",
                                    "\"\": 1",
                                    "? [a, b]\n: c",
                                    "true: 1",
                                    "- a",
                                ])
                        )
                )
        ),
        new("a matrix", static (draw, text) => $"{Without(text, "matrix")}\n{draw.From(YamlPieces.Matrices)}\n"),
        new("a matrix of another shape", static (draw, text) => $"{Without(text, "matrix")}\n{draw.From(YamlPieces.Matrices)}\n"),
        new("a report", static (draw, text) => $"{Without(text, "report")}\n{draw.From(YamlPieces.Reports)}\n"),
        new(
            "deep nesting",
            static (draw, text) =>
                draw.From([
                    $"{text}\nx: {new string('[', 5000)}",
                    $"{text}\nx: {string.Concat(Enumerable.Repeat("{a: ", 5000))}",
                    $"{text}\n" + string.Concat(Enumerable.Range(0, 300).Select(static i => $"{new string(' ', i)}a:\n")),
                ])
        ),
        new(
            "much of it",
            static (draw, text) =>
                draw.From([
                    $"{text}\nx: {new string('y', 200_000)}",
                    $"{text}\n{new string('k', 200_000)}: 1",
                    $"{text}\n" + string.Concat(Enumerable.Range(0, 5000).Select(static i => $"key{i}: {i}\n")),
                    string.Concat(Enumerable.Repeat(text + "\n", 20)),
                ])
        ),
        new("a name", static (draw, text) => Regex.Replace(text, "(?m)^name:.*$", $"name: {draw.From(YamlPieces.Names)}")),
        new("everything on one line", static (_, text) => text.Replace('\n', ' ')),
        new(
            "nothing but space",
            static (draw, _) =>
                draw.From(["", " ", "\n", "\n\n# nothing\n", "---\n", "{}", "[]", "~", "text", "5", "\ufeff", "\0", "- a\n- b\n"])
        ),
    ];

    private static string Other(Draw draw, string value) => " " + draw.From(YamlPieces.Values);
}

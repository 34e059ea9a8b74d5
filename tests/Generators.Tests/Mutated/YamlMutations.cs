using System.Text.RegularExpressions;

namespace SimClrDsl.Generators.Tests.Mutated;

/// <summary>One way in which a person, an editor or a broken disk spoils a YAML file.</summary>
/// <param name="Name">What is done, in a few words.</param>
/// <param name="Apply">The spoilt text; the text as it is where there is nothing to spoil in this way.</param>
internal sealed record YamlMutation(string Name, Func<Draw, string, string> Apply);

/// <summary>Every way that the tests try.</summary>
internal static partial class YamlMutations
{
    private static readonly string[] Values =
    [
        "",
        "~",
        "null",
        "none",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "[null]",
        "{ a: {} }",
        "{ resnet: 18 }",
        "nan",
        ".nan",
        "NaN",
        ".inf",
        "-.inf",
        "Infinity",
        "-1",
        "-0",
        "0",
        "0.5",
        "1",
        "3",
        "1e308",
        "1e309",
        "-1e999",
        "1e-400",
        "4.9e-324",
        "99999999999",
        "2147483647",
        "2147483648",
        "-2147483648",
        "9223372036854775808",
        "0x10",
        "0o17",
        "1_000",
        "1,000",
        "1 000",
        "1.000.000",
        "+7",
        "007",
        "1%",
        "0%",
        "101%",
        "-5%",
        "1e-9%",
        "100 %",
        "%",
        "true",
        "yes",
        "True",
        "'5'",
        "\"5\"",
        "\"\"",
        "|",
        ">",
        "!!int 5",
        "!!binary aGk=",
        "½",
        "٣",
        "１２",
        "∞",
        "auto",
        "always",
        "[1]",
        "[1, 2]",
        "[2, 1]",
        "[1, 2, 3]",
        "[0.5, 0.5]",
        "[nan, 1]",
        "[1e999, 1]",
        "[-1, 1]",
        "50, 101",
        "a: b",
        "a:b",
        "# comment",
        "\"\\u0000\"",
        "\"\\uD800\"",
        "\"a\\nb\"",
        "/dev/null",
        "../../etc/passwd",
        "C:\\data",
        "'it''s'",
        "\"open",
        "'open",
        "*",
        "&",
        "*x",
        "&x 1",
        "? x",
        "- x",
        "-",
        "--- x",
        "@x",
        "`x`",
        "%x",
        "::x",
        "Synthetic",
        "SYNTHETIC",
        "image net",
        "18.0",
        "18.5",
        "1.8e1",
    ];

    private static readonly string[] Strange =
    [
        "\0",
        "\a",
        "\b",
        "\u001b[31m",
        "\u007f",
        "\u0085",
        "\u00a0",
        "\u00ad",
        "\u200b",
        "\u202e",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufffe",
        "\ufffd",
        "é",
        "e\u0301",
        "ß",
        "İ",
        "с",
        "数",
        "😀",
        "\ud83d",
        "\ude00",
        "\r",
        "\t",
        "\v",
        "\f",
        "\\",
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ": ",
        "#",
        " #",
        "|",
        ">",
        "%",
        "@",
        "`",
        "!",
        "&a ",
        "*a ",
        "- ",
        "? ",
        "---\n",
        "...\n",
        "\n",
        "\n\n\n",
        "<<: *a\n",
        " ",
    ];

    private static readonly string[] Matrices =
    [
        "matrix:",
        "matrix: []",
        "matrix: {}",
        "matrix: [[]]",
        "matrix: [{}]",
        "matrix: none",
        "matrix: 5",
        "matrix: text",
        "matrix: { seed: [] }",
        "matrix: { seed: {} }",
        "matrix: { seed: 1 }",
        "matrix: { seed: [1, 1] }",
        "matrix: { seed: [1, 01] }",
        "matrix: { seed: [1, 2], seed: [3] }",
        "matrix: { name: [a, b] }",
        "matrix: { \"\": [1] }",
        "matrix: { .: [1] }",
        "matrix: { encoder.: [1] }",
        "matrix: { .resnet: [18] }",
        "matrix: { encoder..resnet: [18] }",
        "matrix: { encoder.resnet.deep: [18] }",
        "matrix: { encoder: [{ resnet: 18 }, {}] }",
        "matrix: { data: [none, {}, { source: synthetic }] }",
        "matrix: { matrix: [{ seed: [1] }] }",
        "matrix: { matrix.seed: [1, 2] }",
        "matrix: { report: [{}] }",
        "matrix: { report.title: [a, b] }",
        "matrix: { seed: [[1, 2], [3]] }",
        "matrix: { seed: [{ a: 1 }] }",
        "matrix: { seed: [~, 1] }",
        "matrix: { seed: ['', ' '] }",
        "matrix: { unknown: [1, 2] }",
        "matrix: { encoder.unknown: [1, 2] }",
        "matrix: [{ seed: [1] }, { seed: [1] }]",
        "matrix: [{ seed: [1] }, 5]",
        "matrix: { pretrain: [{}, none] }",
        "matrix: { seed: [\"a/b\", \"a b\"] }",
        "matrix: { data.path: [a/b, a.b, \"a b\"] }",
        "matrix: { pretrain.augment.crop: [[0.2, 1], [1, 0.2]] }",
        "matrix: { evaluate.supervised.learning_rates: [[], [0.1], [0.1, 0.2]] }",
        "matrix: { encoder.resnet: [50, 50.0] }",
        $"matrix: {{ seed: [{Numbers(1000)}] }}",
        $"matrix: {{ seed: [{Numbers(30)}], encoder.width: [{Numbers(30)}] }}",
        $"matrix: {{ {string.Join(", ", Enumerable.Range(0, 60).Select(static i => $"k{i}: [1, 2]"))} }}",
        "matrix: { data.labels: [10%, 10, 100%] }",
        "matrix: { ENCODER.RESNET: [18] }",
        "matrix: { \"encoder.resnet \": [18] }",
        "matrix: { 5: [1] }",
    ];

    private static readonly string[] Reports =
    [
        "report:",
        "report: {}",
        "report: []",
        "report: 5",
        "report: { values: [] }",
        "report: { values: [nonsense] }",
        "report: { values: finetuned }",
        "report: { columns: [data.labels, data.labels] }",
        "report: { columns: [nonsense.key] }",
        "report: { plot: none, values: [knn, linear] }",
        "report: { plot: { x: nonsense } }",
        "report: { title: \"\", values: [knn] }",
        "report: { best: [seed], values: [knn] }",
        "report: { paper: /nowhere.csv, values: [knn] }",
        "report: { values: [knn], columns: [] }",
        "report: { values: [knn, knn] }",
    ];

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
        new("another value", static (draw, text) => Replace(draw, text, Scalars(), static (by, _) => " " + by.From(Values))),
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
        new("a strange character", static (draw, text) => text.Insert(draw.Below(text.Length), draw.From(Strange))),
        new(
            "several strange characters",
            static (draw, text) =>
                Enumerable.Range(0, 4).Aggregate(text, (spoilt, _) => spoilt.Insert(draw.Below(spoilt.Length), draw.From(Strange)))
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
        new("a matrix", static (draw, text) => $"{Without(text, "matrix")}\n{draw.From(Matrices)}\n"),
        new("a matrix of another shape", static (draw, text) => $"{Without(text, "matrix")}\n{draw.From(Matrices)}\n"),
        new("a report", static (draw, text) => $"{Without(text, "report")}\n{draw.From(Reports)}\n"),
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
        new(
            "a name",
            static (draw, text) =>
                Regex.Replace(
                    text,
                    "(?m)^name:.*$",
                    $"name: {draw.From(["a", "A-b", "-a", "a-", "a--b", "1a", "a_b", "a.b", "class", "System", "con", "é", "\"a\\nb\"", "\"\"", "[]", "x" + new string('y', 300), "../up", "object", "simcl-r", "TorchSharp"])}"
                )
        ),
        new("everything on one line", static (_, text) => text.Replace('\n', ' ')),
        new(
            "nothing but space",
            static (draw, _) =>
                draw.From(["", " ", "\n", "\n\n# nothing\n", "---\n", "{}", "[]", "~", "text", "5", "\ufeff", "\0", "- a\n- b\n"])
        ),
    ];

    private static string Other(Draw draw, string value) => " " + draw.From(Values);

    private static string Numbers(int count) => string.Join(", ", Enumerable.Range(1, count));

    private static string Indent(string line) => line[..(line.Length - line.TrimStart(' ').Length)];

    // One line that is neither empty nor a comment, and what is done with it.
    private static string Edit(Draw draw, string text, Action<List<string>, int, Draw> edit)
    {
        var lines = text.Split('\n').ToList();
        var full = Enumerable.Range(0, lines.Count).Where(at => lines[at].Trim() is { Length: > 0 } line && line[0] != '#').ToList();
        if (full.Count > 0)
        {
            edit(lines, draw.From(full), draw);
        }

        return string.Join('\n', lines);
    }

    private static void Swap(List<string> lines, int one, int other) => (lines[one], lines[other]) = (lines[other], lines[one]);

    private static void Move(List<string> lines, int at, Draw draw)
    {
        var block = lines.GetRange(at, Block(lines, at));
        lines.RemoveRange(at, block.Count);
        lines.InsertRange(draw.Below(lines.Count + 1), block);
    }

    // How many lines a key has with all that is indented below it.
    private static int Block(List<string> lines, int at) =>
        1 + lines.Skip(at + 1).TakeWhile(line => Indent(line).Length > Indent(lines[at]).Length).Count();

    private static string Without(string text, string key) => Regex.Replace(text, $@"(?m)^{key}:.*\n(?:[ \-].*\n)*", "");

    private static string Replace(Draw draw, string text, Regex pattern, Func<Draw, string, string> by)
    {
        var found = pattern.Matches(text);
        if (found.Count == 0)
        {
            return text;
        }

        var match = draw.From(found);
        return $"{text[..match.Index]}{by(draw, match.Value)}{text[(match.Index + match.Length)..]}";
    }

    private static string Misspell(Draw draw, string key)
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
    private static partial Regex Keys();

    [GeneratedRegex(@"(?m)(?<=^[^#\n]*[\w]:) +[^\s{}\[\],#][^{}\[\],#\n]*")]
    private static partial Regex Scalars();

    [GeneratedRegex(@"(?m)(?<=^[^#\n]*[:\[,] *)\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"(?m)(?<=^[^#\n]*)[{}\[\],:]")]
    private static partial Regex Marks();
}

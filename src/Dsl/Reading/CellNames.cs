using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Names of a sweep's experiments: the sweep's name and what the matrix set, as in <c>table-1-resnet-50-width-2-labels-1pct</c>. A flag
/// that is off is left out, a key is as short as it can be among those of the matrix.
/// </summary>
public static class CellNames
{
    /// <summary>The name of each experiment.</summary>
    internal static Sequence<string> Of(string name, Sequence<Matrix.Expansion> cells)
    {
        var paths = cells.SelectMany(static cell => cell.Choices.Select(static choice => choice.Path)).Distinct().ToArray();
        return cells
            .Select(cell => string.Join("-", cell.Choices.Select(choice => Part(choice, paths)).Prepend(name).Where(HasText)))
            .ToSequence();
    }

    /// <summary>A name followed by settings of the command line, as in <c>fashion-mnist-epochs-2-seed-7</c>.</summary>
    public static string With(string name, IReadOnlyList<SpecSetting> settings)
    {
        var paths = settings.Select(static setting => setting.Path).Distinct().ToArray();
        // The last of two settings of a key counts.
        var last = paths.Select(path => settings.Last(setting => setting.Path == path));
        return string.Join("-", last.Select(setting => Named(setting, paths)).Prepend(name));
    }

    private static string Named(SpecSetting setting, IReadOnlyList<string> paths) =>
        Part(new(setting.Path, setting.Span, setting.Value), paths) is { Length: > 0 } part
            ? part
            : $"no-{Word(ShortKey(setting.Path, paths))}";

    /// <summary>A value as YAML writes it on one line.</summary>
    public static string Text(SpecNode node) =>
        node.Match(
            scalar: static scalar => scalar.IsEmpty ? "{}" : scalar.Text,
            list: static list => $"[{string.Join(", ", list.Items.Select(Text))}]",
            map: static map =>
                map.Entries.Count == 0
                    ? "{}"
                    : $"{{ {string.Join(", ", map.Entries.Select(static entry => $"{entry.Key}: {Text(entry.Value)}"))} }}",
            unread: static _ => "unread"
        );

    private static bool HasText(string part) => part.Length > 0;

    private static string Part(Matrix.Choice choice, IReadOnlyList<string> paths)
    {
        var key = Word(ShortKey(choice.Path, paths).Replace('.', '-'));
        return choice.Value switch
        {
            SpecNode.Scalar { Quoted: false, Text: "false" } => "",
            SpecNode.Scalar { IsNone: true } => $"no-{key}",
            SpecNode.Scalar { Quoted: false, Text: "true" } or SpecNode.Scalar { IsEmpty: true } => key,
            SpecNode.Map { Entries.Count: 0 } => key,
            var value => $"{key}-{Word(Text(value))}",
        };
    }

    /// <summary>The last parts of a key that no other key of the matrix ends with.</summary>
    public static string ShortKey(string path, IReadOnlyList<string> paths)
    {
        var parts = path.Split('.');
        return Enumerable
            .Range(1, parts.Length)
            .Select(count => string.Join(".", parts.Skip(parts.Length - count)))
            .First(suffix =>
                suffix == path || !paths.Any(other => other != path && $".{other}".EndsWith($".{suffix}", StringComparison.Ordinal))
            );
    }

    // Letters and digits stay; the rest becomes words or hyphens, so that the name is one a spec may have.
    private static string Word(string text)
    {
        var words = string.Concat(
            text.Select(static letter =>
                letter switch
                {
                    '%' => "pct",
                    '.' => "p",
                    _ when letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') => $"{letter}",
                    _ => "-",
                }
            )
        );
        return string.Join("-", words.Split(['-'], StringSplitOptions.RemoveEmptyEntries));
    }
}

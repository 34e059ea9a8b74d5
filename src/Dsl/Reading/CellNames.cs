using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Names of a sweep's experiments: the sweep's name and the settings of the matrix, as in <c>table-1-resnet-50-width-2-labels-1pct</c>.
/// Flags that are off are left out. Keys are shortened as far as they stay different from the matrix's other keys.
/// </summary>
public static class CellNames
{
    /// <summary>The name of each experiment of a matrix.</summary>
    internal static Sequence<string> Of(string name, Sequence<Matrix.Cell> cells)
    {
        var paths = cells.SelectMany(static cell => cell.Choices.Select(static choice => choice.Path)).Distinct().ToArray();
        return cells
            .Select(cell => string.Join("-", cell.Choices.Select(choice => Part(choice, paths)).Prepend(name).Where(HasText)))
            .ToSequence();
    }

    /// <summary>A name with the settings of a command line appended, as in <c>fashion-mnist-epochs-2-seed-7</c>.</summary>
    public static string With(string name, IReadOnlyList<SpecSetting> settings)
    {
        var paths = settings.Select(static setting => setting.Path).Distinct().ToArray();
        // If a key is set twice, the last setting counts.
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

    /// <summary>The shortest end of a dotted key that no other key of the matrix has: <c>width</c> for <c>encoder.width</c>.</summary>
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

    // Letters and digits stay as they are. Everything else becomes a word or a hyphen, so that the result is a valid name of a spec.
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

using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Expands <c>matrix:</c>, a map (or a list of maps) of keys to lists of values, into one tree for each combination of values. It works on
/// nodes before they are bound, so that an error in a value is reported at its place in the matrix, and binder and rules need not know of
/// it.
/// </summary>
internal static class Matrix
{
    public const string Key = "matrix";

    // The largest figure of the paper, E.1, has 240 experiments.
    private const int MostCells = 500;

    /// <summary>One experiment of the matrix, as a tree that is not bound yet, with the values that were chosen for it.</summary>
    public sealed record Cell(SpecNode.Map Root, Sequence<Choice> Choices);

    /// <summary>A key of the matrix with the value that was chosen for it.</summary>
    public sealed record Choice(string Path, SourceSpan KeySpan, SpecNode Value);

    /// <summary>The experiments of a matrix, and its errors. In place of a value with an error there is an unread node.</summary>
    public sealed record Expansion(Sequence<Cell> Cells, Sequence<SpecError> Errors);

    /// <summary>A key of the matrix with all its values.</summary>
    private sealed record Axis(string Path, SourceSpan KeySpan, Sequence<SpecNode> Values);

    /// <summary>The experiments of a matrix: those of its first map come first, and its last key changes fastest.</summary>
    public static Expansion Expand(SpecNode.Map root, SpecNode.Entry matrix)
    {
        var errors = new List<SpecError>();
        var maps = Maps(matrix).Select(map => Axes(map, errors)).ToSequence();
        // Counted before they are made, because a few long lists make more combinations than memory holds.
        var count = maps.Sum(static map => map.Aggregate(1.0, static (product, axis) => product * axis.Values.Count));
        if (count > MostCells)
        {
            errors.Add(SpecErrors.MatrixSize.At(matrix.KeySpan, Key, count, MostCells));
        }

        // A matrix that cannot be expanded counts as one experiment, in which any key may have been set.
        return maps.All(static map => map.Count > 0) && count <= MostCells
            ? new(maps.SelectMany(Combinations).Select(choices => new Cell(Set(root, choices), choices)).ToSequence(), errors.ToSequence())
            : new([new(root with { IsPartial = true }, [])], errors.ToSequence());
    }

    private static IEnumerable<SpecNode> Maps(SpecNode.Entry matrix) =>
        matrix.Value is SpecNode.List { Items: { Count: > 0 } items } ? items : [matrix.Value];

    private static Sequence<Axis> Axes(SpecNode node, List<SpecError> errors)
    {
        if (node is SpecNode.Map { Entries: { Count: > 0 } entries })
        {
            return entries.SelectMany(entry => ReadAxis(entry, errors)).ToSequence();
        }

        if (node is not SpecNode.Unread)
        {
            errors.Add(SpecErrors.MatrixForm.At(node.Span, Key, ValueText.Describe(node)));
        }

        return [];
    }

    private static IEnumerable<Axis> ReadAxis(SpecNode.Entry entry, List<SpecError> errors)
    {
        var path = $"{Key}.{entry.Key}";
        IEnumerable<Axis> Unknown(string? key, params SpecError[] found)
        {
            errors.AddRange(found);
            return key is null ? [] : [new(key, entry.KeySpan, [new SpecNode.Unread(entry.Value.Span)])];
        }

        return entry.Key == "name" ? Unknown(null, SpecErrors.MatrixKey.At(entry.KeySpan, path))
            : Keys.Fault(entry.Key) is { } unknown ? Unknown(unknown.Suggestion, unknown.Fault.At(entry.KeySpan))
            : entry.Value is SpecNode.Unread ? Unknown(entry.Key)
            : entry.Value is not SpecNode.List { Items: var items }
                ? Unknown(entry.Key, SpecErrors.MatrixValues.At(entry.Value.Span, path, ValueText.Describe(entry.Value)))
            : items.Count == 0 ? Unknown(entry.Key, SpecErrors.EmptyList.At(entry.Value.Span, path))
            : [new Axis(entry.Key, entry.KeySpan, items)];
    }

    private static IEnumerable<Sequence<Choice>> Combinations(Sequence<Axis> axes) =>
        axes.Aggregate(
            (IEnumerable<Sequence<Choice>>)
                [
                    [],
                ],
            static (chosen, axis) =>
                chosen.SelectMany(before =>
                    axis.Values.Select(value => before.Append(new Choice(axis.Path, axis.KeySpan, value)).ToSequence())
                )
        );

    /// <summary>The tree in which each chosen value replaces the one that its key had.</summary>
    public static SpecNode.Map Set(SpecNode.Map root, Sequence<Choice> choices) =>
        choices.Aggregate(root, static (node, choice) => Set(node, choice.Path.Split('.'), 0, choice));

    // Maps on the way that are missing, or that are no maps, are created: pretrain.memory.queue adds a memory that the file leaves out.
    private static SpecNode.Map Set(SpecNode.Map map, string[] path, int depth, Choice choice)
    {
        var key = path[depth];
        var known = map.Find(key);
        var inner = known?.Value as SpecNode.Map ?? new SpecNode.Map([], choice.KeySpan);
        var value = depth == path.Length - 1 ? choice.Value : Set(inner, path, depth + 1, choice);
        var entry = new SpecNode.Entry(key, known?.KeySpan ?? choice.KeySpan, value);
        return map with
        {
            Entries = known is null
                ? map.Entries.Append(entry).ToSequence()
                : map.Entries.Select(other => other.Key == key ? entry : other).ToSequence(),
        };
    }
}

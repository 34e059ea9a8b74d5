using LanguageExt;

namespace SimClrDsl.Reading;

/// <summary>
/// Expands <c>matrix:</c>, a map (or a list of maps) of keys to lists of values, into one file tree for each combination. Works on nodes,
/// so that an error in a value is reported where the matrix gives it and every front end and rule stays as it is.
/// </summary>
internal static class Matrix
{
    public const string Key = "matrix";

    // The largest figure of the paper, E.1, has 240 experiments.
    private const int MostCells = 500;

    /// <summary>One experiment of the matrix, not bound yet.</summary>
    public sealed record Expansion(SpecNode.Map Root, Sequence<Choice> Choices);

    /// <summary>A key with the value chosen for it.</summary>
    public sealed record Choice(string Path, SourceSpan KeySpan, SpecNode Value);

    /// <summary>A key with its values.</summary>
    private sealed record Axis(string Path, SourceSpan KeySpan, Sequence<SpecNode> Values);

    /// <summary>The experiments of a matrix, those of its first map first, its last key changing fastest.</summary>
    public static Validation<SpecError, Sequence<Expansion>> Expand(SpecNode.Map root, SpecNode.Entry matrix) =>
        Validations
            .All(Maps(matrix).Select(Axes))
            .Bind(maps => Counted(maps, matrix))
            .Map(maps => maps.SelectMany(Combinations).Select(choices => new Expansion(Set(root, choices), choices)).ToSequence());

    private static IEnumerable<SpecNode> Maps(SpecNode.Entry matrix) =>
        matrix.Value is SpecNode.List { Items: { Count: > 0 } items } ? items : [matrix.Value];

    private static Validation<SpecError, Sequence<Axis>> Axes(SpecNode node) =>
        node is SpecNode.Map { Entries: { Count: > 0 } entries }
            ? Validations.All(entries.Select(ReadAxis))
            : SpecErrors.MatrixForm.At(node.Span, Key, Found.In(node));

    private static Validation<SpecError, Axis> ReadAxis(SpecNode.Entry entry)
    {
        var path = $"{Key}.{entry.Key}";
        return entry.Key == "name" ? SpecErrors.MatrixKey.At(entry.KeySpan, path)
            : entry.Value is not SpecNode.List { Items: var items }
                ? SpecErrors.MatrixValues.At(entry.Value.Span, path, Found.In(entry.Value))
            : items.Count == 0 ? SpecErrors.EmptyList.At(entry.Value.Span, path)
            : new Axis(entry.Key, entry.KeySpan, items);
    }

    // Counted before it is made: a few long lists multiply to more than memory holds.
    private static Validation<SpecError, Sequence<Sequence<Axis>>> Counted(Sequence<Sequence<Axis>> maps, SpecNode.Entry matrix)
    {
        var count = maps.Sum(static map => map.Aggregate(1.0, static (product, axis) => product * axis.Values.Count));
        return count <= MostCells ? maps : SpecErrors.MatrixSize.At(matrix.KeySpan, Key, count, MostCells);
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

    /// <summary>The tree with each choice in place of what its key had.</summary>
    public static SpecNode.Map Set(SpecNode.Map root, Sequence<Choice> choices) =>
        choices.Aggregate(root, static (node, choice) => Set(node, choice.Path.Split('.'), 0, choice));

    // What is not a map gives way to one: pretrain.memory.queue switches on a memory that the file leaves out.
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

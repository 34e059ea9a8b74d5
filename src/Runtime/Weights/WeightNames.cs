using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Describes in one line how the tensors of a file differ from those that are needed.</summary>
internal static class WeightNames
{
    // Number of names that an error lists.
    private const int Listed = 4;

    /// <summary>The differences, such as "lacks a, b; it differs in c (…)"; null if there are none.</summary>
    /// <param name="expected">Name and description (such as type and shape) of each tensor that is needed.</param>
    /// <param name="found">Name and description of each tensor in the file.</param>
    /// <param name="surplus">Whether a tensor that is not needed counts as a difference.</param>
    internal static string? Difference(
        IReadOnlyCollection<KeyValuePair<string, string>> expected,
        IReadOnlyDictionary<string, string> found,
        bool surplus
    )
    {
        var names = expected.Select(static tensor => tensor.Key).ToHashSet();
        string[] faults =
        [
            .. Fault("lacks", expected.Where(tensor => !found.ContainsKey(tensor.Key)).Select(static tensor => tensor.Key)),
            .. surplus ? Fault("holds in surplus", found.Keys.Where(name => !names.Contains(name)).Order(StringComparer.Ordinal)) : [],
            .. Fault(
                "differs in",
                from tensor in expected
                where found.TryGetValue(tensor.Key, out var there) && there != tensor.Value
                select $"{tensor.Key} ({found[tensor.Key]}, not {tensor.Value})"
            ),
        ];
        return faults.Length > 0 ? string.Join("; it ", faults) : null;
    }

    /// <summary>How the tensors of a file differ from the leaves of a tree in name, type or shape; null where they do not.</summary>
    internal static string? Difference(IReadOnlyList<Leaf> expected, IReadOnlyDictionary<string, Tensor> found, bool surplus = false) =>
        Difference(
            [.. expected.Select(static leaf => KeyValuePair.Create(leaf.Path, Describe(leaf.Value)))],
            found.ToDictionary(static tensor => tensor.Key, static tensor => Describe(tensor.Value)),
            surplus
        );

    private static string Describe(Tensor tensor) => $"{SafeTensorsType.Of(tensor.dtype).Name} [{string.Join(", ", tensor.shape)}]";

    private static IEnumerable<string> Fault(string verb, IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count > 0)
        {
            var rest = all.Count > Listed ? $" and {all.Count - Listed} more" : "";
            yield return $"{verb} {string.Join(", ", all.Take(Listed))}{rest}";
        }
    }
}

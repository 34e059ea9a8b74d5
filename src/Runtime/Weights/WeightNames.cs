namespace SimClrDsl.Runtime.Weights;

/// <summary>Says in one line how what a file holds differs from what is needed.</summary>
internal static class WeightNames
{
    // How many names an error lists.
    private const int Listed = 4;

    /// <summary>The ways in which a file differs, such as "lacks a, b; it differs in c (…)"; null where it agrees.</summary>
    /// <param name="expected">A description of each tensor that is needed, by name.</param>
    /// <param name="found">A description of each tensor that is there, by name.</param>
    /// <param name="surplus">Whether a tensor that is not needed is a fault.</param>
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

namespace SimClrDsl.Reading;

/// <summary>Suggestions for misspelt words: the known word with the smallest edit distance.</summary>
public static class Nearest
{
    /// <summary>Advice about an unknown word: the word that was probably meant, or else all known words.</summary>
    public static string Advice(string word, IReadOnlyList<string> known) =>
        To(word, known) is { } nearest ? $"did you mean '{nearest}'?"
        : known.Count == 1 ? $"the only one is '{known[0]}'."
        : $"use one of {string.Join(", ", known)}.";

    /// <summary>The nearest known word, if it takes at most one edit for every three letters (at least one); otherwise null.</summary>
    public static string? To(string word, IReadOnlyList<string> known) =>
        known
            .Select(candidate => (Candidate: candidate, Distance: Distance(Plain(word), Plain(candidate))))
            .Where(pair => pair.Distance <= Math.Max(1, word.Length / 3) && pair.Distance < pair.Candidate.Length)
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();

    // Case and the kind of separator do not count as edits: Fashion_MNIST is fashion-mnist.
    private static string Plain(string word) => word.ToLowerInvariant().Replace('-', '_').Replace(' ', '_');

    /// <summary>
    /// Edit distance: the fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    /// </summary>
    public static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                cost[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1,
                        Math.Min(
                            cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1),
                            i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] ? cost[i - 2, j - 2] + 1 : int.MaxValue
                        )
                    ),
                };
            }
        }

        return cost[from.Length, to.Length];
    }
}

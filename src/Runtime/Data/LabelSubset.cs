using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>Class-balanced subsets of a labelled training set, as the official 1 % and 10 % lists of ImageNet are.</summary>
internal static class LabelSubset
{
    /// <summary>
    /// Positions of <paramref name="count"/> images in ascending order, chosen by the key. Every class gives the same number, or one more
    /// where <paramref name="count"/> is no multiple of the classes; a class that has too few gives all it has, and others make up for
    /// it. Smaller subsets of one key are parts of its larger ones while no class runs out, as the official lists are.
    /// </summary>
    /// <param name="labels">Class of each image.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Images wanted.</param>
    /// <param name="key">Chooses the images, and the classes that give one more.</param>
    /// <param name="prefer">Positions to draw from before any other; left out, none is preferred.</param>
    public static int[] Balanced(long[] labels, int classes, int count, Key key, IReadOnlyCollection<int>? prefer = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, labels.Count(static label => label >= 0));
        var members = Members(labels, classes, key.At("images"), prefer ?? []);
        var quotas = Quotas([.. members.Select(static list => list.Count)], count, key.At("classes").Permutation(classes));
        var chosen = members.SelectMany((list, label) => list.Take(quotas[label])).ToArray();
        Array.Sort(chosen);
        return chosen;
    }

    // Positions of each class in the order in which they are drawn.
    private static List<int>[] Members(long[] labels, int classes, Key key, IReadOnlyCollection<int> prefer)
    {
        var preferred = new bool[labels.Length];
        foreach (var position in prefer)
        {
            preferred[position] = true;
        }

        var members = Enumerable.Range(0, classes).Select(static _ => new List<int>()).ToArray();
        foreach (var position in key.Permutation(labels.Length).OrderByDescending(position => preferred[position]))
        {
            // An image without a label is in no class.
            if (labels[position] >= 0)
            {
                members[labels[position]].Add(position);
            }
        }

        return members;
    }

    // Deals the count out one round at a time until it is spent; a class that has run out is passed over.
    private static int[] Quotas(int[] available, int count, int[] turns)
    {
        var quotas = new int[available.Length];
        while (count > 0)
        {
            foreach (var label in turns.Where(label => quotas[label] < available[label]).Take(count).ToArray())
            {
                quotas[label]++;
                count--;
            }
        }

        return quotas;
    }
}

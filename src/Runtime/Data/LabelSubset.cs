using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>Draws class-balanced subsets of a labelled training set, like the official 1 % and 10 % lists of ImageNet.</summary>
internal static class LabelSubset
{
    /// <summary>
    /// Draws <paramref name="count"/> images and returns their positions in ascending order. All classes have the same number of images, or
    /// one more if <paramref name="count"/> is not a multiple of the number of classes. If a class has too few images, all of them are
    /// drawn and the other classes make up for it. As long as no class runs out of images, a smaller subset with the same key is contained
    /// in a larger one.
    /// </summary>
    /// <param name="labels">Class of each image; −1 for an image without label.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Number of images to draw.</param>
    /// <param name="key">Key by which the images, and the classes with one more image, are drawn.</param>
    /// <param name="prefer">Positions that are drawn before any other; none if left out.</param>
    public static int[] Balanced(long[] labels, int classes, int count, Key key, IReadOnlyCollection<int>? prefer = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, labels.Count(static label => label >= 0));
        var members = Members(labels, classes, key.At("images"), prefer ?? []);
        var quotas = Quotas([.. members.Select(static list => list.Count)], count, key.At("classes").Permutation(classes));
        var chosen = members.SelectMany((list, label) => list.Take(quotas[label])).ToArray();
        Array.Sort(chosen);
        return chosen;
    }

    // The positions of the images of each class, in the order in which they are drawn.
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
            // Images without label are never drawn.
            if (labels[position] >= 0)
            {
                members[labels[position]].Add(position);
            }
        }

        return members;
    }

    // Distributes the count over the classes in rounds of one image each; classes without images left are skipped.
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

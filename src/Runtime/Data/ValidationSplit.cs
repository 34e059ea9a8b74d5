using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>Images of the training split that are held out for choices.</summary>
internal static class ValidationSplit
{
    /// <summary>
    /// Positions of the images that are held out, in ascending order: chosen by the key among those that have a label, the same number of each
    /// class, or one more where <paramref name="count"/> is no multiple of the classes. A class keeps at least one image to learn from.
    /// </summary>
    /// <param name="labels">Class of each image of the training split; −1 for one without a label.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Images wanted.</param>
    /// <param name="kept">Positions that stay for training: those that a label list names.</param>
    /// <param name="key">Chooses the images.</param>
    /// <exception cref="InputException">A class has too few.</exception>
    public static int[] Positions(long[] labels, int classes, int count, IReadOnlyCollection<int> kept, Key key)
    {
        var free = labels.ToArray();
        foreach (var position in kept)
        {
            free[position] = -1;
        }

        // Without a label list, one image of each class must be left.
        var spare = kept.Count == 0 ? 1 : 0;
        var members = new int[classes];
        foreach (var label in free.Where(static label => label >= 0))
        {
            members[label]++;
        }

        var (each, scarcest) = ((count + classes - 1) / classes, Array.IndexOf(members, members.Min()));
        return members[scarcest] - spare >= each
            ? LabelSubset.Balanced(free, classes, count, key)
            : throw new InputException(
                $"data.validation holds out {count} images, {each} of each class, but class {scarcest} has only {members[scarcest]} to choose from, of which {spare} must stay for training: use at most {Math.Max(0, members[scarcest] - spare) * classes}."
            );
    }
}

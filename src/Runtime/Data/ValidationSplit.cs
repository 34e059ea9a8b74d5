using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>Chooses the validation images, which are held out from the training split to select hyperparameters.</summary>
internal static class ValidationSplit
{
    /// <summary>
    /// Draws the validation images from the images with a label and returns their positions in ascending order. All classes have the same
    /// number of images, or one more if <paramref name="count"/> is not a multiple of the number of classes. Each class keeps at least one
    /// training image.
    /// </summary>
    /// <param name="labels">Class of each image of the training split; −1 for an image without label.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="count">Number of images to hold out.</param>
    /// <param name="kept">Positions of images that must stay in the training split because a label list names them.</param>
    /// <param name="key">Key by which the images are drawn.</param>
    /// <param name="names">Names of the classes, for messages; null if they have none.</param>
    /// <returns>The positions; an error if a class has too few images.</returns>
    public static Either<InputError, int[]> Positions(
        long[] labels,
        int classes,
        int count,
        IReadOnlyCollection<int> kept,
        Key key,
        IReadOnlyList<string>? names = null
    )
    {
        var free = labels.ToArray();
        foreach (var position in kept)
        {
            free[position] = -1;
        }

        // Without a label list, one image of each class must remain.
        var spare = kept.Count == 0 ? 1 : 0;
        var members = new int[classes];
        foreach (var label in free.Where(static label => label >= 0))
        {
            members[label]++;
        }

        var (each, scarcest) = ((count + classes - 1) / classes, Array.IndexOf(members, members.Min()));
        var most = Math.Max(0, members[scarcest] - spare) * classes;
        var there =
            members[scarcest] == 0 ? "none to choose from"
            : spare == 0 ? $"only {members[scarcest]} to choose from"
            : $"only {members[scarcest]} to choose from, of which {spare} must stay for training";
        return members[scarcest] - spare >= each
            ? LabelSubset.Balanced(free, classes, count, key)
            : new InputError(
                $"data.validation holds out {count} images, {each} of each class, "
                    + $"but class {(names is { Count: > 0 } ? $"'{names[scarcest]}'" : scarcest)} has {there}: "
                    + (most > 0 ? $"use at most {most}." : "remove the key, or add images of this class.")
            );
    }
}

using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Finds images in one folder per class: <c>train/CLASS/</c> and <c>test/CLASS/</c> (or <c>val/CLASS/</c>), and images without labels in
/// <c>unlabelled/</c>; subfolders are searched too. Classes are numbered in the order of their names, as TensorFlow Datasets numbers
/// ImageNet's.
/// </summary>
internal static class ClassFolders
{
    private static readonly string[] TestNames = ["test", "val"];
    private static readonly string[] UnlabelledNames = ["unlabelled", "unlabeled"];

    /// <summary>
    /// Finds the files of a data set, in the order of their names. If the plan has no classes, all images count as unlabelled and only
    /// <c>unlabelled/</c> is required. If the plan has no test images, <c>test/</c> is not opened.
    /// </summary>
    /// <exception cref="InputException">The data set is missing, or the classes of <c>train/</c> and <c>test/</c> differ.</exception>
    public static ImageFiles Open(string folder, DataPlan plan)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"there is no folder {folder}: set data.path to the folder that holds train/ and test/.");
        }

        var found = new FolderImages(folder);
        var unlabelled = UnlabelledNames.Select(name => Path.Combine(folder, name)).Where(Directory.Exists).ToList();
        var training = plan.Classes > 0 ? Part(folder, "train") : Path.Combine(folder, "train");
        var test = plan.TestImages > 0 ? Part(folder, TestNames) : null;
        PassOverOthers(folder, test, unlabelled, found);
        var withoutLabel = unlabelled.SelectMany(path => WithoutLabel(path, found));
        if (plan.Classes == 0)
        {
            var images = (Directory.Exists(training) ? WithoutLabel(training, found) : []).Concat(withoutLabel).ToList();
            return images.Count > 0
                ? new([], images, test is null ? [] : [.. WithoutLabel(test, found)], found.PassedOver)
                : throw new InputException(
                    $"{folder} has no image ({FolderImages.Read}) in unlabelled/ or train/: put the images of pretraining there."
                );
        }

        return WithClasses(training, test, withoutLabel, found);
    }

    private static ImageFiles WithClasses(string train, string? test, IEnumerable<LabelledFile> withoutLabel, FolderImages found)
    {
        const string Outside = "image outside the folder of any class";
        var classes = found.Folders(train, Outside);
        if (classes.Count < 2)
        {
            throw new InputException(
                $"{train} holds {(classes.Count == 0 ? "no folder of a class" : $"the one class '{classes[0]}'")}: "
                    + $"give each class a folder of its own, at least two."
            );
        }

        var others = test is null ? classes : found.Folders(test, Outside);
        if (!classes.SequenceEqual(others, StringComparer.Ordinal))
        {
            var (more, less) = (classes.Except(others).ToList(), others.Except(classes).ToList());
            throw new InputException(
                $"the classes of {train} and {test} differ: "
                    + $"{Difference(more, "train")}{(more.Count > 0 && less.Count > 0 ? "; " : "")}{Difference(less, "test")}"
                    + $"{Alike(more, less)}."
            );
        }

        return new(
            classes,
            [.. Files(train, classes, found), .. withoutLabel],
            test is null ? [] : Files(test, classes, found),
            found.PassedOver
        );
    }

    // Other folders are not read, but they are reported, since one of them might hold images that were meant to be read.
    private static void PassOverOthers(string folder, string? test, List<string> unlabelled, FolderImages found)
    {
        foreach (var entry in FolderImages.Entries(folder))
        {
            var name = Path.GetFileName(entry);
            if (Directory.Exists(entry) && name != "train" && !unlabelled.Contains(entry) && !FolderImages.IsHidden(name))
            {
                if (test is null ? !TestNames.Contains(name) : entry != test)
                {
                    found.PassOver(entry, "folder beside train/ and test/");
                }
            }
        }
    }

    private static IEnumerable<LabelledFile> WithoutLabel(string folder, FolderImages found) =>
        found.Below(folder).Select(static path => new LabelledFile(EncodedImage.File(path), Label: -1));

    private static string Part(string folder, params string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists)
        ?? throw new InputException(
            $"{folder} has no folder {string.Join(" or ", names)}: put images there, each class in a folder of its own."
        );

    private static List<LabelledFile> Files(string part, List<string> classes, FolderImages found) =>
        [.. classes.SelectMany((name, label) => Of(Path.Combine(part, name), label, found))];

    private static IEnumerable<LabelledFile> Of(string folder, int label, FolderImages found)
    {
        var before = found.PassedOver.Count;
        var images = found.Below(folder);
        if (images.Count > 0)
        {
            return images.Select(path => new LabelledFile(EncodedImage.File(path), label));
        }

        var others = found.PassedOver.Skip(before).ToList();
        var holds = others.Count == 0 ? "" : $" but {DataNotes.Counted(others)}";
        throw new InputException($"{folder} holds no image ({FolderImages.Read}){holds}: put some there, or remove the folder.");
    }

    private static string Alike(List<string> more, List<string> less)
    {
        bool Has(string name) => less.Any(other => string.Equals(name.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase));
        return more.Find(Has) is { } name ? $" ('{name}' differs in capital letters or spaces alone)" : "";
    }

    // An accented letter may be one character or two that look the same, so the characters beyond ASCII are also given as numbers.
    private static string Quoted(string name)
    {
        var written = string.Concat(name.Select(static letter => char.IsAscii(letter) ? $"{letter}" : $"\\u{(int)letter:x4}"));
        return written == name ? $"'{name}'" : $"'{name}' ({written})";
    }

    private static string Difference(List<string> names, string where) =>
        names.Count == 0
            ? ""
            : $"only {where} has {string.Join(", ", names.Take(3).Select(Quoted))}{(names.Count > 3 ? $" and {names.Count - 3} more" : "")}";
}

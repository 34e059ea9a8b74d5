using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Finds images in one folder per class: <c>train/CLASS/</c> and <c>test/CLASS/</c> (or <c>val/CLASS/</c>), and images without labels in
/// <c>unlabelled/</c>; subfolders are searched too. A folder that has none of these is read as if it were <c>train/</c>: its subfolders
/// with images are the classes. Classes are numbered in the order of their names, as TensorFlow Datasets numbers ImageNet's.
/// </summary>
internal static class ClassFolders
{
    private const string Train = "train";
    private static readonly string[] TestNames = ["test", "val"];
    private const string Outside = "image outside the folder of any class";
    private static readonly string[] UnlabelledNames = ["unlabelled", "unlabeled"];

    /// <summary>Whether a folder holds its classes, or its images, itself: it has none of the subfolders with a meaning.</summary>
    public static bool IsPlain(string folder) =>
        new[] { Train }.Concat(TestNames).Concat(UnlabelledNames).All(name => !Path.Exists(Path.Combine(folder, name)));

    /// <summary>Whether a folder has a subfolder of test images.</summary>
    public static bool HasTest(string folder) => TestNames.Any(name => Directory.Exists(Path.Combine(folder, name)));

    /// <summary>Whether a folder has folders of classes to train on.</summary>
    public static bool HasClasses(string folder) =>
        Directory.Exists(Path.Combine(folder, Train)) || (IsPlain(folder) && PlainClasses(folder, new FolderImages(folder)).Count > 0);

    /// <summary>Finds the files of a data set, in the order of their names.</summary>
    /// <param name="folder">Folder of the data set.</param>
    /// <param name="withClasses">Whether labels are used; otherwise all images count as unlabelled, and none but those is required.</param>
    /// <param name="withTest">Whether test images are used; otherwise <c>test/</c> is not opened.</param>
    /// <exception cref="InputException">The data set is missing, or the classes of <c>train/</c> and <c>test/</c> differ.</exception>
    public static ImageFiles Open(string folder, bool withClasses, bool withTest)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"there is no folder {folder}: set data.path to the folder that holds train/ and test/.");
        }

        var found = new FolderImages(folder);
        var unlabelled = UnlabelledNames.Select(name => Path.Combine(folder, name)).Where(Directory.Exists).ToList();
        var plain = IsPlain(folder) && (!withClasses || PlainClasses(folder, new FolderImages(folder)).Count > 0);
        var training =
            plain ? folder
            : withClasses ? Part(folder, Train)
            : Path.Combine(folder, Train);
        var test = withTest ? Part(folder, TestNames) : null;
        if (!plain)
        {
            PassOverOthers(folder, test, unlabelled, found);
        }

        var withoutLabel = unlabelled.SelectMany(path => WithoutLabel(path, found));
        if (!withClasses)
        {
            var images = (Directory.Exists(training) ? WithoutLabel(training, found) : []).Concat(withoutLabel).ToList();
            return images.Count > 0
                ? new([], images, test is null ? [] : [.. WithoutLabel(test, found)], found.PassedOver)
                : throw new InputException(
                    $"{folder} has no image ({FolderImages.Read}) in unlabelled/ or train/: put the images of pretraining there."
                );
        }

        return WithClasses(training, plain ? PlainClasses(folder, found) : found.Folders(training, Outside), test, withoutLabel, found);
    }

    // The subfolders that hold images. Others may be there for another purpose, such as the runs/ of an experiment.
    private static List<string> PlainClasses(string folder, FolderImages found)
    {
        var classes = new List<string>();
        foreach (var name in found.Folders(folder, Outside))
        {
            if (new FolderImages(folder).Below(Path.Combine(folder, name)).Count > 0)
            {
                classes.Add(name);
            }
            else
            {
                found.PassOver(Path.Combine(folder, name), "folder without images");
            }
        }

        return classes;
    }

    private static ImageFiles WithClasses(
        string train,
        List<string> classes,
        string? test,
        IEnumerable<LabelledFile> withoutLabel,
        FolderImages found
    )
    {
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
            if (Directory.Exists(entry) && name != Train && !unlabelled.Contains(entry) && !FolderImages.IsHidden(name))
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

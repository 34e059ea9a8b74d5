namespace SimClrDsl.Runtime;

/// <summary>
/// Images in folders: <c>train/CLASS/*</c> and <c>test/CLASS/*</c> (or <c>val/</c>), and images without labels in <c>unlabelled/</c>. Classes
/// are numbered in the order of their names, as TensorFlow's data sets number ImageNet's.
/// </summary>
public static class ClassFolders
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png"];

    /// <summary>Finds the files of a data set, in the order of their names.</summary>
    /// <exception cref="InputException">There is none, or its two parts do not fit together.</exception>
    public static ImageFiles Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"there is no folder {folder}: set data.path to the folder that holds train/ and test/.");
        }

        var (train, test) = (Part(folder, "train"), Part(folder, "test", "val"));
        var (classes, others) = (Names(train), Names(test));
        if (classes.Count < 2)
        {
            throw new InputException(
                $"{train} holds {(classes.Count == 0 ? "no folder of a class" : $"the one class '{classes[0]}'")}: give each class a folder of its own, at least two."
            );
        }

        if (!classes.SequenceEqual(others, StringComparer.Ordinal))
        {
            var (more, less) = (classes.Except(others).ToList(), others.Except(classes).ToList());
            throw new InputException(
                $"the classes of {train} and {test} differ: {Difference(more, "train")}{(more.Count > 0 && less.Count > 0 ? "; " : "")}{Difference(less, "test")}."
            );
        }

        var unlabelled = Path.Combine(folder, "unlabelled");
        return new(classes.Count, [.. Files(train, classes), .. Unlabelled(Path.Combine(folder, "unlabelled"))], Files(test, classes));
    }

    private static IEnumerable<LabelledFile> Unlabelled(string folder) =>
        Directory.Exists(folder) ? Images(folder).Select(static path => new LabelledFile(EncodedImage.File(path), Label: -1)) : [];

    private static string Part(string folder, params string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists)
        ?? throw new InputException(
            $"{folder} has no folder {string.Join(" or ", names)}: put images there, each class in a folder of its own."
        );

    private static List<string> Names(string part) =>
        [.. Directory.EnumerateDirectories(part).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static List<LabelledFile> Files(string part, List<string> classes) =>
        [.. classes.SelectMany((name, label) => Of(part, name, label))];

    private static IEnumerable<LabelledFile> Of(string part, string name, int label)
    {
        var images = Images(Path.Combine(part, name)).ToList();
        return images.Count > 0
            ? images.Select(path => new LabelledFile(EncodedImage.File(path), label))
            : throw new InputException(
                $"{Path.Combine(part, name)} holds no image ({string.Join(", ", Endings)}): put some there, or remove the folder."
            );
    }

    private static IEnumerable<string> Images(string folder) =>
        Directory
            .EnumerateFiles(folder)
            .Where(static path => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);

    private static string Difference(List<string> names, string where) =>
        names.Count == 0
            ? ""
            : $"only {where} has {string.Join(", ", names.Take(3))}{(names.Count > 3 ? $" and {names.Count - 3} more" : "")}";
}

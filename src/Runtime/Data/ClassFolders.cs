using LanguageExt;
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

    /// <summary>Whether a folder has folders of classes to train on; an error if a folder cannot be listed.</summary>
    public static Either<InputError, bool> HasClasses(string folder) =>
        Directory.Exists(Path.Combine(folder, Train)) ? true : HoldsClasses(folder);

    /// <summary>Finds the files of a data set, in the order of their names.</summary>
    /// <param name="folder">Folder of the data set.</param>
    /// <param name="withClasses">Whether labels are used; otherwise all images count as unlabelled, and none but those is required.</param>
    /// <param name="withTest">Whether test images are used; otherwise <c>test/</c> is not opened.</param>
    /// <returns>The files; an error if the data set is missing, or if the classes of <c>train/</c> and <c>test/</c> differ.</returns>
    public static Either<InputError, ImageFiles> Open(string folder, bool withClasses, bool withTest) =>
        Directory.Exists(folder)
            ? LayoutOf(folder, withClasses, withTest).Bind(layout => withClasses ? WithClasses(layout) : WithoutClasses(layout))
            : new InputError($"there is no folder {folder}: set data.path to the folder that holds train/ and test/.");

    // The folders in which a data set has its images. The training images, or their classes, may be in the folder of the data set itself.
    private sealed record Layout(string Folder, string Train, string? Test)
    {
        public bool IsPlain => Train == Folder;

        public IReadOnlyList<string> Unlabelled { get; } =
        [.. UnlabelledNames.Select(name => Path.Combine(Folder, name)).Where(Directory.Exists)];
    }

    private static Either<InputError, Layout> LayoutOf(string folder, bool withClasses, bool withTest) =>
        from plain in withClasses ? HoldsClasses(folder) : IsPlain(folder)
        from train in plain ? folder
        : withClasses ? Part(folder, Train)
        : Path.Combine(folder, Train)
        from layout in withTest
            ? Part(folder, TestNames).Map(test => new Layout(folder, train, test))
            : new Layout(folder, train, Test: null)
        select layout;

    private static Either<InputError, string> Part(string folder, params string[] names) =>
        names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists) is { } path
            ? path
            : new InputError($"{folder} has no folder {string.Join(" or ", names)}: put images there, each class in a folder of its own.");

    private static Either<InputError, ImageFiles> WithoutClasses(Layout layout) =>
        from found in Search(layout)
        from images in layout.Unlabelled.Prepend(layout.Train).Where(Directory.Exists).Select(path => WithoutLabel(path, found)).Together()
        from some in AtLeastOne(images, layout.Folder)
        from test in layout.Test is { } path ? WithoutLabel(path, found) : new List<LabelledFile>()
        select new ImageFiles([], some, test, found.PassedOver);

    private static Either<InputError, ImageFiles> WithClasses(Layout layout) =>
        from found in Search(layout)
        from names in layout.IsPlain ? PlainClasses(layout.Folder, found) : found.Folders(layout.Train, Outside)
        from several in AtLeastTwo(names, layout.Train)
        from classes in layout.Test is { } path ? SameInTest(several, layout.Train, path, found) : several
        from train in Labelled(layout.Train, classes, found)
        from unlabelled in layout.Unlabelled.Select(path => WithoutLabel(path, found)).Together()
        from test in layout.Test is { } path ? Labelled(path, classes, found) : new List<LabelledFile>()
        select new ImageFiles(classes, [.. train, .. unlabelled], test, found.PassedOver);

    // Begins the search for images. Folders beside those of the layout are not read, but they are reported, since one of them might hold
    // images that were meant to be read.
    private static Either<InputError, FolderImages> Search(Layout layout) =>
        layout.IsPlain
            ? new FolderImages(layout.Folder)
            : FolderImages
                .Entries(layout.Folder)
                .Map(entries => PassingOver(entries.Where(entry => IsBeside(layout, entry)), layout.Folder));

    private static FolderImages PassingOver(IEnumerable<string> others, string folder)
    {
        var found = new FolderImages(folder);
        foreach (var other in others)
        {
            found.PassOver(other, "folder beside train/ and test/");
        }

        return found;
    }

    // Folders of test images are no such folders, even if the experiment does not use them.
    private static bool IsBeside(Layout layout, string entry)
    {
        var name = Path.GetFileName(entry);
        return Directory.Exists(entry)
            && name != Train
            && !layout.Unlabelled.Contains(entry)
            && !FolderImages.IsHidden(name)
            && (layout.Test is null ? !TestNames.Contains(name) : entry != layout.Test);
    }

    // Whether the classes are in the folder itself.
    private static Either<InputError, bool> HoldsClasses(string folder) =>
        IsPlain(folder) ? PlainClasses(folder, new FolderImages(folder)).Map(static classes => classes.Count > 0) : false;

    // The subfolders that hold images. Others may be there for another purpose, such as the runs/ of an experiment.
    private static Either<InputError, List<string>> PlainClasses(string folder, FolderImages found)
    {
        if (!found.Folders(folder, Outside).Try(out var names, out var error))
        {
            return error;
        }

        var classes = new List<string>();
        foreach (var name in names)
        {
            if (!new FolderImages(folder).Below(Path.Combine(folder, name)).Try(out var images, out error))
            {
                return error;
            }

            if (images.Count > 0)
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

    private static Either<InputError, List<LabelledFile>> AtLeastOne(List<LabelledFile> images, string folder) =>
        images.Count > 0
            ? images
            : new InputError($"{folder} has no image ({FolderImages.Read}) in unlabelled/ or train/: put the images of pretraining there.");

    private static Either<InputError, List<string>> AtLeastTwo(List<string> classes, string train) =>
        classes.Count >= 2
            ? classes
            : new InputError(
                $"{train} holds {(classes.Count == 0 ? "no folder of a class" : $"the one class '{classes[0]}'")}: "
                    + $"give each class a folder of its own, at least two."
            );

    private static Either<InputError, List<string>> SameInTest(List<string> classes, string train, string test, FolderImages found) =>
        found.Folders(test, Outside).Bind(others => Same(classes, others, train, test));

    private static Either<InputError, List<string>> Same(List<string> classes, List<string> others, string train, string test)
    {
        var (more, less) = (classes.Except(others).ToList(), others.Except(classes).ToList());
        return classes.SequenceEqual(others, StringComparer.Ordinal)
            ? classes
            : new InputError(
                $"the classes of {train} and {test} differ: "
                    + $"{Difference(more, "train")}{(more.Count > 0 && less.Count > 0 ? "; " : "")}{Difference(less, "test")}"
                    + $"{Alike(more, less)}."
            );
    }

    private static Either<InputError, List<LabelledFile>> WithoutLabel(string folder, FolderImages found) =>
        found.Below(folder).Map(static paths => WithLabel(paths, label: -1));

    private static Either<InputError, List<LabelledFile>> Labelled(string part, List<string> classes, FolderImages found) =>
        classes.Select((name, label) => OfClass(Path.Combine(part, name), label, found)).Together();

    private static Either<InputError, List<LabelledFile>> OfClass(string folder, int label, FolderImages found)
    {
        var before = found.PassedOver.Count;
        return found
            .Below(folder)
            .Bind(images => SomeOfClass(images, folder, [.. found.PassedOver.Skip(before)]))
            .Map(images => WithLabel(images, label));
    }

    private static Either<InputError, List<string>> SomeOfClass(List<string> images, string folder, IReadOnlyList<LeftOut> others)
    {
        var holds = others.Count == 0 ? "" : $" but {DataNotes.Counted(others)}";
        return images.Count > 0
            ? images
            : new InputError($"{folder} holds no image ({FolderImages.Read}){holds}: put some there, or remove the folder.");
    }

    private static List<LabelledFile> WithLabel(List<string> paths, long label) =>
        paths.ConvertAll(path => new LabelledFile(EncodedImage.File(path), label));

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

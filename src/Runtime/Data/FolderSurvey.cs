using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>Number of images of a class.</summary>
/// <param name="Name">Name of the class, which is that of its folder.</param>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images.</param>
public sealed record ClassCount(string Name, int Train, int Test);

/// <summary>How many images a data set of <c>source: folder</c> holds.</summary>
/// <param name="Classes">The classes, in order; empty if no image has a label.</param>
/// <param name="TrainImages">Training images, with or without a label.</param>
/// <param name="TestImages">Test images.</param>
public sealed record FolderCounts(IReadOnlyList<ClassCount> Classes, int TrainImages, int TestImages)
{
    /// <summary>Training images with a label.</summary>
    public int TrainLabels => Classes.Sum(static one => one.Train);

    /// <summary>Counts the images of a folder by the names of its files, without reading them.</summary>
    /// <param name="folder">Folder of the data set.</param>
    /// <param name="withClasses">Whether labels are used; otherwise all images count as unlabelled.</param>
    /// <returns>The counts; an error if the folder is missing or has no images in the places where they are looked for.</returns>
    public static Either<InputError, FolderCounts> Of(string folder, bool withClasses) =>
        ClassFolders.Open(folder, withClasses, withTest: withClasses && ClassFolders.HasTest(folder)).Map(Of);

    /// <summary>The folder that a spec's <c>data.path</c> means; null if it is not there.</summary>
    /// <param name="path">The path as the spec writes it.</param>
    /// <param name="specFolder">Folder of the spec's file, in which a relative path is looked for first; null if there is no file.</param>
    public static string? Find(string path, string? specFolder) =>
        DataFolder.Resolve(path, DataPlace.Anywhere with { SpecFolder = specFolder }) is var folder && Directory.Exists(folder)
            ? folder
            : null;

    internal static FolderCounts Of(ImageFiles files)
    {
        var (train, test) = (Labels(files.Train), Labels(files.Test));
        return new(
            [.. files.ClassNames.Select((name, label) => new ClassCount(name, train[label].Count(), test[label].Count()))],
            files.Train.Count,
            files.Test.Count
        );
    }

    private static ILookup<long, LabelledFile> Labels(IReadOnlyList<LabelledFile> files) => files.ToLookup(static file => file.Label);
}

/// <summary>What a folder of images holds, for a person who wants to declare an experiment on it.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Counts">Its images, broken ones included.</param>
/// <param name="IsPlain">Whether the classes, or the images, are in the folder itself and not in train/ and other subfolders.</param>
/// <param name="Broken">Training images that cannot be used.</param>
/// <param name="BrokenTest">Test images that cannot be used.</param>
/// <param name="UsableClasses">The classes, with the number of their training images that can be used.</param>
/// <param name="PassedOver">Files that are no images of the data set.</param>
/// <param name="Sides">
/// The shorter side, in pixels, of up to a thousand of the usable training images, in ascending order.
/// </param>
public sealed record FolderSurvey(
    string Folder,
    FolderCounts Counts,
    bool IsPlain,
    IReadOnlyList<LeftOut> Broken,
    IReadOnlyList<LeftOut> BrokenTest,
    IReadOnlyList<ClassCount> UsableClasses,
    IReadOnlyList<LeftOut> PassedOver,
    IReadOnlyList<int> Sides
)
{
    private const int Sampled = 1000;

    /// <summary>Files that are not used, by kind, such as "2 .gif files, 1 hidden entry"; empty if there are none.</summary>
    public string PassedOverInWords => DataNotes.Counted(PassedOver);

    /// <summary>The first of the broken images, with the reasons.</summary>
    /// <param name="images">Some of the broken images.</param>
    public static string Listed(IReadOnlyList<LeftOut> images) => DataNotes.Listed(images);

    /// <summary>Looks at every image of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="place">How images are checked.</param>
    /// <returns>What the folder holds; an error if it has no usable images in the places where they are looked for.</returns>
    public static Either<InputError, FolderSurvey> Of(string folder, DataPlace place) =>
        from withClasses in Directory.Exists(folder) ? ClassFolders.HasClasses(folder) : false
        from files in ClassFolders.Open(folder, withClasses, withTest: withClasses && ClassFolders.HasTest(folder))
        from survey in Of(folder, files, place)
        select survey;

    private static Either<InputError, FolderSurvey> Of(string folder, ImageFiles files, DataPlace place)
    {
        var all = files.Train.Concat(files.Test).ToList();
        var check = ImageCheck.Of(folder, [.. all.Select(static file => file.Image)], place.Cache, place.Progress);
        var usable = Enumerable.Range(0, files.Train.Count).Where(i => check[i].Fault is null).Select(i => files.Train[i]).ToList();
        List<LeftOut> Broken(int from, int to) =>
            [
                .. Enumerable
                    .Range(from, to - from)
                    .Where(i => check[i].Fault is not null)
                    .Select(i => new LeftOut(EncodedImage.NameWithin(folder, all[i].Image.Name), check[i].Fault!)),
            ];
        return usable.Count == 0
            ? new InputError($"{folder}: none of the {files.Train.Count} training images can be used, all are broken: replace them.")
            : Inputs
                .Catch(() => SidesOf(usable.ConvertAll(static file => file.Image)))
                .Map(sides => new FolderSurvey(
                    folder,
                    FolderCounts.Of(files),
                    ClassFolders.IsPlain(folder),
                    Broken(0, files.Train.Count),
                    Broken(files.Train.Count, all.Count),
                    FolderCounts.Of(files with { Train = usable }).Classes,
                    files.PassedOver,
                    sides
                ));
    }

    // Every image was read just now, so none of them can fail unless it has changed since.
    private static int[] SidesOf(IReadOnlyList<EncodedImage> images)
    {
        var step = Math.Max(1, images.Count / Sampled);
        var sample = images.Where((_, i) => i % step == 0).Take(Sampled).ToList();
        var sides = new int[sample.Count];
        InParallel.For(sample.Count, i => sample[i].Use(file => sides[i] = Shorter(Pictures.Size(file))));
        Array.Sort(sides);
        return sides;
    }

    private static int Shorter((int Width, int Height) size) => Math.Min(size.Width, size.Height);
}

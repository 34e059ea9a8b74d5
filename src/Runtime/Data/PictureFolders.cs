using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Data;

/// <summary>Both splits of a data set.</summary>
/// <param name="Train">Images for training.</param>
/// <param name="Test">Images for testing.</param>
/// <param name="TrainName">Returns the name of a training image, given its position.</param>
public sealed record OpenedImages(ImageSet Train, ImageSet Test, Func<int, string> TrainName)
{
    /// <summary>Positions of the labelled images among the training images, if a list names them; else null.</summary>
    public int[]? Listed { get; init; }

    /// <summary>Number of training images with a label, including broken images; null if all of them have one.</summary>
    public int? TrainLabels { get; init; }

    /// <summary>Names of the classes, by index; empty if they have no names.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Images and files that are not used.</summary>
    public DataNotes Notes { get; init; } = DataNotes.None;
}

/// <summary>Opens data sets of image files. Small images are decoded at once, large ones when a batch needs them.</summary>
public static class PictureFolders
{
    /// <summary>Opens both splits of a data set and checks its images. Broken training images are left out.</summary>
    /// <param name="plan">The data of the experiment.</param>
    /// <param name="folder">Folder of the data set.</param>
    /// <param name="place">Where a label list is searched, and how images are checked.</param>
    /// <returns>The splits; an error if the data set differs from the plan, or has more broken images than the plan allows.</returns>
    public static Either<InputError, OpenedImages> Open(DataPlan plan, string folder, DataPlace place) =>
        from files in Files(plan, folder)
        from planned in AsPlanned(files, plan, folder)
        from listed in Listed(planned, plan, folder, place)
        from found in Checked(planned, plan, folder, place)
        from test in TestPositions(planned.Test, plan, folder)
        from opened in Opened(found, listed, test, ImageInput.Of(plan))
        select opened;

    private sealed record CheckedFile(LabelledFile File, CheckedImage Check)
    {
        public bool IsBroken => Check.Fault is not null;
    }

    // Both splits of a data set. Broken files are among them.
    private sealed record CheckedFiles(string Folder, ImageFiles Files, IReadOnlyList<CheckedFile> Train, IReadOnlyList<CheckedFile> Test)
    {
        public string NameOf(CheckedFile file) => EncodedImage.NameWithin(Folder, file.File.Image.Name);
    }

    private static Either<InputError, ImageFiles> Files(DataPlan plan, string folder) =>
        plan.Source == DataSource.Shards ? Shards.Open(folder, plan) : ClassFolders.Open(folder, plan.Classes > 0, plan.TestImages > 0);

    // Positions of the images that the label list names; none if there is no list.
    private static Either<InputError, int[]> Listed(ImageFiles files, DataPlan plan, string folder, DataPlace place) =>
        plan.LabelList is { } list
            ? LabelList.Positions(DataFolder.File(list, folder, place), files.Train, plan.Labels)
            : Array.Empty<int>();

    private static Either<InputError, CheckedFiles> Checked(ImageFiles files, DataPlan plan, string folder, DataPlace place)
    {
        var all = files.Train.Concat(files.Test).ToList();
        var check = ImageCheck.Of(folder, all.ConvertAll(static file => file.Image), place.Cache, place.Progress);
        var both = all.Zip(check, static (file, result) => new CheckedFile(file, result)).ToList();
        var found = new CheckedFiles(folder, files, both[..files.Train.Count], both[files.Train.Count..]);
        return Fault(found, plan) is { } fault ? fault : found;
    }

    // The training images that can be used, and the test images at the given positions.
    private static Either<InputError, OpenedImages> Opened(CheckedFiles found, int[] listed, int[] test, ImageInput input)
    {
        var usable = Enumerable.Range(0, found.Train.Count).Where(i => !found.Train[i].IsBroken).ToArray();
        var places = NewPositions(usable, found.Train.Count);
        return from trainSet in PictureSet.Of(input, Chosen(found.Train, usable))
            from testSet in PictureSet.Of(input, Chosen(found.Test, test))
            select new OpenedImages(trainSet, testSet, position => found.NameOf(found.Train[usable[position]]))
            {
                Listed =
                    listed.Length == 0 ? null : [.. listed.Select(position => places[position]).Where(static position => position >= 0)],
                TrainLabels = found.Train.Count(static file => file.File.Label >= 0),
                ClassNames = found.Files.ClassNames,
                Notes = new(
                    Broken(found.Train, found.NameOf),
                    [
                        .. Enumerable
                            .Range(0, found.Test.Count)
                            .Except(test)
                            .Select(i => new LeftOut(found.NameOf(found.Test[i]), "test image without a label")),
                    ],
                    found.Files.PassedOver,
                    [.. RemarkOnOddFiles(found), .. RemarkOnAbsentClasses(found.Files)]
                ),
            };
    }

    // A single line is enough for all such images, because they are read without any loss.
    private static string[] RemarkOnOddFiles(CheckedFiles found)
    {
        var odd = found
            .Train.Concat(found.Test)
            .Where(static file => file.Check.Oddity is not null)
            .Select(file => new LeftOut(found.NameOf(file), file.Check.Oddity!))
            .ToList();
        var many = odd.Count == 1 ? "an image is" : $"{odd.Count} images are";
        return odd.Count == 0 ? [] : [$"{many} not quite as JPEG files should be, and read all the same: {DataNotes.Listed(odd)}"];
    }

    // Each class of a folder has images, but shards may lack a class that the plan counts.
    private static IEnumerable<string> RemarkOnAbsentClasses(ImageFiles found)
    {
        const int Shown = 10;
        var present = found.Train.Select(static file => file.Label).ToHashSet();
        var absent = Enumerable.Range(0, found.ClassNames.Count).Where(label => !present.Contains(label)).ToList();
        var more = absent.Count > Shown ? $" and {absent.Count - Shown} more" : "";
        return absent.Count == 0
            ? []
            : [$"no training image has the class {string.Join(", ", absent.Take(Shown).Select(label => found.ClassNames[label]))}{more}"];
    }

    // The plan is made without reading the disk. One message lists all differences, with the values to write.
    private static Either<InputError, ImageFiles> AsPlanned(ImageFiles found, DataPlan plan, string folder)
    {
        var labels = found.Train.Count(static file => file.Label >= 0);
        var wrong = new (string Key, int Planned, int Found, bool Declared)[]
        {
            ("classes", plan.Classes, found.ClassNames.Count, plan.Classes > 0),
            ("train_images", plan.TrainImages, found.Train.Count, true),
            ("train_labels", plan.WithLabel, labels, plan.TrainLabels is not null && plan.Classes > 0),
            ("test_images", plan.TestImages, found.Test.Count, plan.TestImages > 0),
        }
            .Where(static count => count.Declared && count.Planned != count.Found)
            .ToList();
        if (wrong.Count == 0)
        {
            return found;
        }

        string Each(Func<(string Key, int Planned, int Found, bool Declared), string> text) => string.Join(" and ", wrong.Select(text));
        var advice = plan.Source is DataSource.Folder or DataSource.Shards
            ? $"write {Each(static count => $"{count.Key}: {count.Found}")}"
            : "the data set is not whole";
        return new InputError(
            $"{folder} has {Each(static count => $"{count.Found} {count.Key.Replace('_', ' ')}")}, but the experiment is planned for "
                + $"{Each(static count => $"{count.Planned}")}: {advice}."
        );
    }

    private static InputError? Fault(CheckedFiles found, DataPlan plan) =>
        TooManyBroken(found.Test, limit: 0, "test images must be whole")
        ?? TooManyBroken(
            found.Train,
            plan.SkipBroken,
            plan.SkipBroken == 0
                ? "or allow for broken training images with 'data.skip_broken'"
                : $"or allow for more than the {plan.SkipBroken} of 'data.skip_broken'"
        )
        ?? NoneUsable(found);

    private static List<LeftOut> Broken(IReadOnlyList<CheckedFile> files, Func<CheckedFile, string> name) =>
        [.. files.Where(static file => file.IsBroken).Select(file => new LeftOut(name(file), file.Check.Fault!))];

    private static InputError? TooManyBroken(IReadOnlyList<CheckedFile> files, int limit, string advice)
    {
        var broken = Broken(files, static file => file.File.Image.Name);
        return broken.Count <= limit
            ? null
            : new(
                $"{(broken.Count == 1 ? "an image" : $"{broken.Count} images")} cannot be used: {DataNotes.Listed(broken)}; "
                    + $"replace or remove {(broken.Count == 1 ? "it" : "them")}, {advice}."
            );
    }

    // Every class must have at least one usable image, whatever number of broken images is allowed.
    private static InputError? NoneUsable(CheckedFiles found)
    {
        if (found.Train.All(static file => file.IsBroken))
        {
            return new($"{found.Folder}: none of the {found.Train.Count} training images can be used, all are broken: replace them.");
        }

        var classes = found.Train.Where(static file => file.File.Label >= 0).GroupBy(static file => file.File.Label);
        return classes.FirstOrDefault(static files => files.All(static file => file.IsBroken)) is { } broken
            ? new(
                $"{found.Folder}: none of the {broken.Count()} training images "
                    + $"of class '{found.Files.ClassNames[(int)broken.Key]}' can be used, all are broken: replace them."
            )
            : null;
    }

    // Test images without label cannot be used. If the plan has no classes, no stage uses labels, so all images are kept.
    private static Either<InputError, int[]> TestPositions(IReadOnlyList<LabelledFile> files, DataPlan plan, string folder)
    {
        var tested = Enumerable.Range(0, files.Count).Where(i => plan.Classes == 0 || files[i].Label >= 0).ToArray();
        return tested.Length > 0 || files.Count == 0
            ? tested
            : new InputError($"{folder}: none of the {files.Count} test images has a label, so nothing can be measured.");
    }

    // The new position of each image among those that remain; −1 for an image that is left out.
    private static int[] NewPositions(int[] left, int all)
    {
        var places = new int[all];
        Array.Fill(places, -1);
        for (var i = 0; i < left.Length; i++)
        {
            places[left[i]] = i;
        }

        return places;
    }

    private static List<LabelledFile> Chosen(IReadOnlyList<CheckedFile> files, int[] positions) =>
        [.. positions.Select(i => files[i].File with { Image = files[i].File.Image with { Content = files[i].Check.Content } })];
}

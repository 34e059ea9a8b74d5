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
    /// <exception cref="InputException">The data set differs from the plan, or has more broken images than the plan allows.</exception>
    public static OpenedImages Open(DataPlan plan, string folder, DataPlace place)
    {
        var found = plan.Source == DataSource.Shards ? Shards.Open(folder, plan) : ClassFolders.Open(folder, plan);
        Require(plan, folder, found);
        var listed = plan.LabelList is { } list
            ? LabelList.Positions(DataFolder.File(list, folder, place), found.Train, plan.Labels)
            : null;
        var check = ImageCheck.Of(
            folder,
            [.. found.Train.Concat(found.Test).Select(static file => file.Image)],
            place.Cache,
            place.Progress
        );
        var (trainCheck, testCheck) = (check[..found.Train.Count], check[found.Train.Count..]);
        RequireWhole(Broken(found.Test, testCheck, static image => image.Name), limit: 0, "test images must be whole");
        var broken = Broken(found.Train, trainCheck, image => EncodedImage.NameWithin(folder, image.Name));
        RequireWhole(
            Broken(found.Train, trainCheck, static image => image.Name),
            plan.SkipBroken,
            plan.SkipBroken == 0
                ? "or allow for broken training images with 'data.skip_broken'"
                : $"or allow for more than the {plan.SkipBroken} of 'data.skip_broken'"
        );
        RequireClasses(found, trainCheck, folder);

        var (good, test) = (UsablePositions(trainCheck), TestPositions(found.Test, plan, folder));
        var places = NewPositions(good, found.Train.Count);
        return new(
            PictureSet.Of(ImageInput.Of(plan), Files(found.Train, trainCheck, good)),
            PictureSet.Of(ImageInput.Of(plan), Files(found.Test, testCheck, test)),
            position => EncodedImage.NameWithin(folder, found.Train[good[position]].Image.Name)
        )
        {
            Listed = listed is null ? null : [.. listed.Select(position => places[position]).Where(static position => position >= 0)],
            TrainLabels = found.Train.Count(static file => file.Label >= 0),
            ClassNames = found.ClassNames,
            Notes = new(
                broken,
                [
                    .. Enumerable
                        .Range(0, found.Test.Count)
                        .Except(test)
                        .Select(i => new LeftOut(EncodedImage.NameWithin(folder, found.Test[i].Image.Name), "test image without a label")),
                ],
                found.PassedOver,
                RemarkOnOddFiles(
                    [.. found.Train.Concat(found.Test).Select(file => EncodedImage.NameWithin(folder, file.Image.Name))],
                    check
                )
            ),
        };
    }

    // A single line is enough for all such images, because they are read without any loss.
    private static string[] RemarkOnOddFiles(string[] names, CheckedImage[] check)
    {
        var odd = Enumerable
            .Range(0, names.Length)
            .Where(i => check[i].Oddity is not null)
            .Select(i => new LeftOut(names[i], check[i].Oddity!))
            .ToList();
        var many = odd.Count == 1 ? "an image is" : $"{odd.Count} images are";
        return odd.Count == 0 ? [] : [$"{many} not quite as JPEG files should be, and read all the same: {DataNotes.Listed(odd)}"];
    }

    // The plan is made without reading the disk. One message lists all differences, with the values to write.
    private static void Require(DataPlan plan, string folder, ImageFiles found)
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
        if (wrong.Count > 0)
        {
            string Each(Func<(string Key, int Planned, int Found, bool Declared), string> text) => string.Join(" and ", wrong.Select(text));
            var advice = plan.Source is DataSource.Folder or DataSource.Shards
                ? $"write {Each(static count => $"{count.Key}: {count.Found}")}"
                : "the data set is not whole";
            throw new InputException(
                $"{folder} has {Each(static count => $"{count.Found} {count.Key.Replace('_', ' ')}")}, but the experiment is planned for "
                    + $"{Each(static count => $"{count.Planned}")}: {advice}."
            );
        }
    }

    private static List<LeftOut> Broken(IReadOnlyList<LabelledFile> files, CheckedImage[] check, Func<EncodedImage, string> name) =>
        [
            .. Enumerable
                .Range(0, files.Count)
                .Where(i => check[i].Fault is not null)
                .Select(i => new LeftOut(name(files[i].Image), check[i].Fault!)),
        ];

    private static void RequireWhole(List<LeftOut> broken, int limit, string advice)
    {
        if (broken.Count > limit)
        {
            throw new InputException(
                $"{(broken.Count == 1 ? "an image" : $"{broken.Count} images")} cannot be used: {DataNotes.Listed(broken)}; "
                    + $"replace or remove {(broken.Count == 1 ? "it" : "them")}, {advice}."
            );
        }
    }

    // Every class must have at least one usable image, whatever number of broken images is allowed.
    private static void RequireClasses(ImageFiles found, CheckedImage[] check, string folder)
    {
        var good = Enumerable.Range(0, found.Train.Count).Where(i => check[i].Fault is null).Select(i => found.Train[i].Label).ToHashSet();
        if (good.Count == 0)
        {
            throw new InputException(
                $"{folder}: none of the {found.Train.Count} training images can be used, all are broken: replace them."
            );
        }

        foreach (var files in found.Train.Where(static file => file.Label >= 0).GroupBy(static file => file.Label))
        {
            if (!good.Contains(files.Key))
            {
                throw new InputException(
                    $"{folder}: none of the {files.Count()} training images "
                        + $"of class '{found.ClassNames[(int)files.Key]}' can be used, all are broken: replace them."
                );
            }
        }
    }

    private static int[] UsablePositions(CheckedImage[] check) => [.. Enumerable.Range(0, check.Length).Where(i => check[i].Fault is null)];

    // Test images without label cannot be used. If the plan has no classes, no stage uses labels, so all images are kept.
    private static int[] TestPositions(IReadOnlyList<LabelledFile> files, DataPlan plan, string folder)
    {
        var tested = Enumerable.Range(0, files.Count).Where(i => plan.Classes == 0 || files[i].Label >= 0).ToArray();
        return tested.Length > 0 || files.Count == 0
            ? tested
            : throw new InputException($"{folder}: none of the {files.Count} test images has a label, so nothing can be measured.");
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

    private static List<LabelledFile> Files(IReadOnlyList<LabelledFile> files, CheckedImage[] check, int[] chosen) =>
        [.. chosen.Select(i => files[i] with { Image = files[i].Image with { Content = check[i].Content } })];
}

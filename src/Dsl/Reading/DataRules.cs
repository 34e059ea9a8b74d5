using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about images and labels.</summary>
internal static class DataRules
{
    /// <summary>Every broken rule about images and labels.</summary>
    /// <param name="spec">The images as declared.</param>
    /// <param name="data">The plan of the images.</param>
    /// <param name="usesLabels">Whether a stage learns from labels or measures on images with labels.</param>
    /// <param name="usesTest">Whether a stage measures on test images.</param>
    public static IEnumerable<Violation> Check(DataSpec spec, DataPlan data, bool usesLabels, bool usesTest) =>
        Classes(spec, data)
            .Concat(MissingKeys(spec, usesLabels, usesTest))
            .Concat(Counts(spec))
            .Concat(TrainLabels(spec, data))
            .Concat(LabelList(spec))
            .Concat(Image(spec))
            .Concat(SkipBroken(spec, data))
            .Concat(Validation(spec, data, usesLabels))
            .Concat(Count("data.unlabelled", spec.Unlabelled, data))
            .Concat(
                data.Classes == 0 ? []
                : Count("data.labels", spec.Labels, data) is { Count: > 0 } broken ? broken
                : spec.LabelList is null ? DrawnLabels("data.labels", spec.Labels, data)
                : []
            );

    /// <summary>The rules about the number of labelled images, for a stage that draws its own.</summary>
    public static IEnumerable<Violation> CheckLabels(string path, Amount labels, DataPlan data) =>
        Count(path, labels, data) is { Count: > 0 } broken ? broken : DrawnLabels(path, labels, data);

    /// <summary>The rule that evaluation of the frozen encoder has at least one image with a label.</summary>
    public static Sequence<Violation> Bank(string path, DataPlan data) =>
        data is { Bank: 0, Unlabelled: > 0 } ? [SpecErrors.NoBank.Broken(path, data.Unlabelled)] : [];

    /// <summary>What messages call the images with a label that the frozen encoder is evaluated with.</summary>
    public static string BankName(DataPlan data) =>
        data.TrainLabels is null ? Training.Unlabelled : "unlabelled images whose label is known";

    // Images that are held out have a label, and at least one image of each class must be left to learn from.
    private static IEnumerable<Violation> Validation(DataSpec spec, DataPlan data, bool usesLabels) =>
        spec.Validation is not { Value: > 0 } validation || (data.Classes == 0 && usesLabels) ? []
        : data.Classes == 0 ? [SpecErrors.MissingKey.Broken("data.classes", "classes", "the number of its classes")]
        : Count("data.validation", validation, data.TrainImages) is { Count: > 0 } broken ? broken
        : validation.Of(data.TrainImages) > data.WithLabel - data.Classes ? [TooManyHeldOut(validation, data)]
        : Labels("data.validation", validation, data.TrainImages, data.Classes);

    private static Violation TooManyHeldOut(Amount validation, DataPlan data)
    {
        var (share, most) = ("all or nearly all", data.WithLabel - data.Classes);
        return SpecErrors.ImageCount.Broken(
            "data.validation",
            validation,
            data.TrainLabels is { } known ? $"{share} or more of the {known} that have a label" : share,
            data.TrainImages,
            most < data.Classes ? "none: remove the key" : $"at most {most}, so that each class has one to learn from"
        );
    }

    // Checks a number of training images, none of which may be held out.
    private static Sequence<Violation> Count(string path, Amount amount, DataPlan data) =>
        data.Validation > 0 && data.NotHeldOut > 0 && amount.Unit == AmountUnit.Count && amount.Value > data.NotHeldOut
            ? [SpecErrors.HeldOut.Broken(path, amount, data.Validation, data.TrainImages, data.NotHeldOut)]
            : Count(path, amount, data.NotHeldOut);

    private static IEnumerable<Violation> Classes(DataSpec spec, DataPlan data) =>
        spec is { Source: not (DataSource.Synthetic or DataSource.Folder or DataSource.Shards), Classes: not null }
            ? [SpecErrors.ClassesOfSource.Broken("data.classes", Word(spec.Source), data.Classes)]
            : [];

    // Only data sets that consist of files have names that can be listed.
    private static IEnumerable<Violation> LabelList(DataSpec spec) =>
        spec is { LabelList: not null, Source: not (DataSource.Folder or DataSource.Shards or DataSource.Imagenet) }
            ? [SpecErrors.ListOfSource.Broken("data.label_list", Word(spec.Source))]
            : [];

    /// <summary>
    /// Required keys that are missing. A plan is made without reading the disk, so the spec must declare what a folder contains; that is
    /// checked when the folder is opened. (The command line counts a folder that it finds, and adds the counts to the spec.) The numbers of
    /// classes and test images are required only if a stage uses them, so that a folder of images without labels is enough for pretraining,
    /// and one without test images for experiments that measure on validation images.
    /// </summary>
    public static IEnumerable<Violation> MissingKeys(DataSpec spec, bool usesLabels, bool usesTest) =>
        spec.Source is DataSource.Folder or DataSource.Shards
            ? new[]
            {
                (Key: "path", Given: spec.Path is not null, What: "the folder that holds the images"),
                (Key: "image", Given: spec.Image is not null, What: "the side of its images in pixels"),
                (Key: "classes", Given: spec.Classes is not null || !usesLabels, What: "the number of its classes"),
                (Key: "train_images", Given: spec.TrainImages is not null, What: "the number of its training images"),
                (Key: "test_images", Given: spec.TestImages is not null || !usesTest, What: "the number of its test images"),
            }
                .Where(static key => !key.Given)
                .Select(key => SpecErrors.MissingKey.Broken($"data.{key.Key}", key.Key, $"{key.What}{Counted(spec, key.Key)}"))
            : [];

    private static string Counted(DataSpec spec, string key) =>
        spec.Source == DataSource.Folder && key is not ("path" or "image") ? ", which is counted only where the folder is found" : "";

    private static IEnumerable<Violation> Counts(DataSpec spec) =>
        spec.Source is DataSource.Folder or DataSource.Shards
            ? []
            : new[]
            {
                (Key: "train_images", Value: spec.TrainImages),
                (Key: "train_labels", Value: spec.TrainLabels),
                (Key: "test_images", Value: spec.TestImages),
            }
                .Where(static key => key.Value is not null)
                .Select(key => SpecErrors.CountsOfSource.Broken($"data.{key.Key}", Word(spec.Source)));

    private static IEnumerable<Violation> TrainLabels(DataSpec spec, DataPlan data) =>
        spec.TrainLabels is { } labels && labels > data.TrainImages
            ? [SpecErrors.ImageCount.Broken("data.train_labels", labels, "more than all", data.TrainImages, $"at most {data.TrainImages}")]
            : [];

    // Images of these data sets are used at their own size. ImageNet's are cropped and resized anyway, and random images have any size.
    private static IEnumerable<Violation> Image(DataSpec spec) =>
        (spec.Source, spec.Image) switch
        {
            (DataSource.FashionMnist, { } image and not 28) =>
            [
                SpecErrors.ImageOfSource.Broken("data.image", image, Word(spec.Source), 28),
            ],
            (DataSource.Cifar10 or DataSource.Cifar100, { } image and not 32) =>
            [
                SpecErrors.ImageOfSource.Broken("data.image", image, Word(spec.Source), 32),
            ],
            _ => [],
        };

    private static Sequence<Violation> Count(string path, Amount amount, int whole)
    {
        Sequence<Violation> Broken(string share, string advice) => [SpecErrors.ImageCount.Broken(path, amount, share, whole, advice)];

        var count = amount.Exactly(whole);
        return amount.Unit == AmountUnit.Count && count != decimal.Floor(count) ? Broken("no whole number", "a whole number")
            : count < 1 ? Broken("not one", "at least 1")
            : count > whole ? Broken("more than all", $"at most {(amount.Unit == AmountUnit.Percent ? "100%" : $"{whole}")}")
            : [];
    }

    // The labelled images are drawn from those that have a label and are not held out.
    private static IEnumerable<Violation> DrawnLabels(string path, Amount labels, DataPlan data)
    {
        var known = data.WithLabel - data.Validation;
        var advice = known >= data.Classes ? $"at most {known}" : $"'train_labels' of at least {data.Classes}, one of each class";
        return labels.CountOf(data.NotHeldOut) > known
            ? [SpecErrors.ImageCount.Broken(path, labels, $"more than the {known} that have a label", data.NotHeldOut, advice)]
            : Labels(path, labels, data.NotHeldOut, data.Classes);
    }

    private static IEnumerable<Violation> Labels(string path, Amount labels, int whole, int classes)
    {
        IEnumerable<Violation> Broken(string advice) => [SpecErrors.BalancedLabels.Broken(path, labels, classes, advice)];

        var count = labels.CountOf(whole);
        var below = count / classes * classes;
        var above = (long)below + classes;
        return classes > whole ? Broken($"there are only {whole} training images, use fewer classes")
            : count < classes ? Broken($"use at least {classes}, one of each class")
            : labels.Unit == AmountUnit.Percent || count == below ? []
            : Broken(above <= whole ? $"use {below} or {above}, or a share" : $"use {below}, or a share");
    }

    // Skipping no image is allowed, so a share may also amount to less than one image.
    private static IEnumerable<Violation> SkipBroken(DataSpec spec, DataPlan data) =>
        spec.SkipBroken is { } skip
        && skip.Exactly(data.TrainImages) is var count
        && (count > data.TrainImages || (skip.Unit == AmountUnit.Count && count != 0))
            ? Count("data.skip_broken", skip, data.TrainImages)
            : [];

    private static string Word(DataSource source) => RecordShape.KebabCase($"{source}");
}

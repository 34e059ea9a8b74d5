using System.Diagnostics;
using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Data;

/// <summary>The images of one experiment.</summary>
/// <param name="Unlabelled">Images for pretraining and distillation. Only evaluation uses their labels.</param>
/// <param name="Labelled">
/// Images for fine-tuning, balanced over the classes. They are drawn from the unlabelled images, as long as those are enough.
/// </param>
/// <param name="Test">
/// Images that results are measured on, all with a label; no stage trains on them. They are the test images or, if the spec says so, the
/// validation images, to choose hyperparameters.
/// </param>
/// <param name="Classes">Number of classes.</param>
public sealed record ExperimentData(ImageSet Unlabelled, ImageSet Labelled, ImageSet Test, int Classes)
{
    /// <summary>The unlabelled images that have a label, which evaluation may use (the memory bank of kNN).</summary>
    public ImageSet Bank { get; } = Unlabelled.WithLabels();

    /// <summary>Validation images, all with a label and balanced over the classes; null if none are held out.</summary>
    internal ImageSet? Validation { get; init; }

    /// <summary>Remarks about the images that belong to the protocol of every result.</summary>
    internal IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>
    /// Names of the classes, by index: those of the data set or of its folders, or their numbers if they have no names. Empty if no stage
    /// uses labels.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Names of the labelled images, in the same order.</summary>
    public IReadOnlyList<string> LabelledNames { get; init; } = [];

    /// <summary>Number of training images with a label, including broken images.</summary>
    internal int TrainLabels { get; init; }

    /// <summary>Findings about the data set: images left out, files ignored, counts that differ from the plan.</summary>
    public DataNotes Notes { get; init; } = DataNotes.None;

    /// <summary>
    /// How the labelled images were chosen, if an official list of them exists: from that list, or by a random draw; else null.
    /// </summary>
    internal string? LabelChoice { get; init; }

    /// <summary><see cref="LabelChoice"/> for the protocol of a result: <c> (official list 1percent.txt)</c>, or an empty text.</summary>
    internal string LabelChoiceInWords => LabelChoice is null ? "" : $" ({LabelChoice})";

    /// <summary>
    /// Draws a number of labelled images from the training split. The text is the key of the spec that asks for them, for messages.
    /// </summary>
    internal Func<int, string, LabelledDraw> Draw { get; init; } =
        static (_, _) =>
            throw new InvalidOperationException("These images were not opened as a data set, so no other labelled images can be drawn.");

    /// <summary>
    /// The same images with another number of labelled images, balanced over the classes. A larger draw contains every smaller one.
    /// </summary>
    /// <param name="count">Number of labelled images.</param>
    /// <exception cref="InputException">Fewer images have a label.</exception>
    public ExperimentData WithLabels(int count) => With(Draw(count, "evaluate.supervised.labels")) with { LabelChoice = null };

    /// <summary>The same images with these labelled images.</summary>
    internal ExperimentData With(LabelledDraw draw) =>
        this with
        {
            Labelled = draw.Images,
            LabelledNames = draw.Names,
            Notes = Notes with { Lines = [.. Notes.Lines, .. draw.Lines] },
        };

    /// <summary>The same images with at most <paramref name="count"/> test images, for a short run.</summary>
    /// <param name="count">Largest number of test images.</param>
    /// <param name="key">Key by which they are chosen.</param>
    public ExperimentData WithTest(int count, Key key) =>
        Test.Count <= count ? this : this with { Test = Test.Take([.. key.Permutation(Test.Count)[..count].Order()]) };
}

/// <summary>Labelled images that were drawn, or read from a list.</summary>
/// <param name="Images">The images with their labels.</param>
/// <param name="Names">Their names, in the same order.</param>
/// <param name="Lines">Warnings: fewer images than asked for, or unequal numbers per class.</param>
internal sealed record LabelledDraw(ImageSet Images, IReadOnlyList<string> Names, IReadOnlyList<string> Lines);

/// <summary>Opens the images of an experiment.</summary>
public static class Datasets
{
    /// <summary>The folder of Debian's package with Fashion-MNIST.</summary>
    public static string FashionMnistFolder => FashionMnist.PackageFolder;

    /// <summary>The folder in which a data set of files is searched.</summary>
    /// <param name="plan">The data of the experiment.</param>
    /// <param name="place">Where relative paths are resolved.</param>
    public static string Folder(DataPlan plan, DataPlace place) =>
        plan.Path is { } path
            ? DataFolder.Resolve(path, place)
            : DataFolder.OfData(
                plan.Source switch
                {
                    DataSource.Cifar10 => "cifar10",
                    DataSource.Cifar100 => "cifar100",
                    DataSource.Imagenet => "imagenet",
                    _ => "",
                }
            );

    /// <summary>
    /// Whether the data set is available: it is generated by the program, installed as a package, or its folder exists. The content of the
    /// folder is checked only when it is opened.
    /// </summary>
    /// <param name="plan">The data of the experiment.</param>
    /// <param name="place">Where relative paths are resolved.</param>
    public static bool AreAtHand(DataPlan plan, DataPlace place) =>
        plan.Source is DataSource.Synthetic or DataSource.FashionMnist || Directory.Exists(Folder(plan, place));

    /// <summary>Reads or generates the data set, and chooses its unlabelled and labelled images.</summary>
    /// <param name="plan">The data of the experiment.</param>
    /// <param name="key">Key by which the images are chosen.</param>
    /// <param name="place">
    /// Where relative paths are resolved, and how images are checked; <see cref="DataPlace.Anywhere"/> if left out.
    /// </param>
    /// <exception cref="InputException">The data set is missing or damaged, or is not the one the plan was made for.</exception>
    public static ExperimentData Open(DataPlan plan, Key key, DataPlace? place = null)
    {
        var where = place ?? DataPlace.Anywhere;
        var (listed, choice) = WithOfficialList(plan, where);
        var data = Opened(listed, key, where);
        return choice is null
            ? data
            : data with
            {
                LabelChoice = choice,
                Notes = data.Notes with { Lines = [.. data.Notes.Lines, $"labels: {choice}"] },
            };
    }

    // Uses the official list if the folder has it. Else the images are drawn by the seed, which is reported and recorded.
    private static (DataPlan Plan, string? Choice) WithOfficialList(DataPlan plan, DataPlace place)
    {
        if (plan.OfficialList is not { } name)
        {
            return (plan, null);
        }

        var folder = plan.Path is { } path ? DataFolder.Resolve(path, place) : DataFolder.OfData("imagenet");
        return LabelList.Official(folder, name) is { } list
            ? (plan with { LabelList = Path.GetFullPath(list) }, $"official list {name}")
            : (plan, $"own draw, since {folder} has no {name}");
    }

    private static ExperimentData Opened(DataPlan plan, Key key, DataPlace place)
    {
        var opened = Read(plan, key, place);

        // The bytes of the files are garbage now and as large as the images, so they are collected before training needs the memory.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Split(
            plan,
            opened with
            {
                Train = Planned(opened.Train, plan.TrainImages, plan),
                Test = Planned(opened.Test, plan.TestImages, plan),
            },
            key
        );
    }

    private static OpenedImages Read(DataPlan plan, Key key, DataPlace place)
    {
        return plan.Source switch
        {
            DataSource.FashionMnist => Whole(
                FashionMnist.Open(plan.Path is { } path ? DataFolder.Resolve(path, place) : null),
                FashionMnist.ClassNames
            ),
            DataSource.Synthetic => Whole(SyntheticImages.Make(plan, key.At("synthetic")), classNames: []),
            DataSource.Cifar10 => Whole(Cifar.Open10(Folder(plan, place)), Cifar.ClassNames10),
            DataSource.Cifar100 => Whole(Cifar.Open100(Folder(plan, place)), Cifar.ClassNames100(Folder(plan, place))),
            DataSource.Imagenet or DataSource.Folder or DataSource.Shards => PictureFolders.Open(plan, Folder(plan, place), place),
            _ => throw new UnreachableException(),
        };
    }

    // Images in a single file have no names, so their position in the training split is used.
    private static OpenedImages Whole((ImageSet Train, ImageSet Test) splits, IReadOnlyList<string> classNames) =>
        new(splits.Train, splits.Test, static position => $"training image {position}") { ClassNames = classNames };

    private static ImageSet Planned(ImageSet images, int count, DataPlan plan) =>
        images.First(Math.Min(count, images.Count)) with
        {
            Resizing = new(plan.Bicubic, plan.Antialias),
        };

    // The labelled images are drawn from the unlabelled ones, because distillation trains on all images, including the labelled ones (§2).
    private static ExperimentData Split(DataPlan plan, OpenedImages whole, Key key)
    {
        var (opened, validation) = HoldOut(plan, whole, key.At("validation"));
        var (train, labels) = (opened.Train, opened.Train.Classes());
        var unlabelled = Subset(labels, plan.Unlabelled, key.At("unlabelled"));
        var data = new ExperimentData(
            unlabelled.Length == train.Count ? train : train.Take(unlabelled),
            train.Take([]),
            opened.Test,
            plan.Classes
        )
        {
            Validation = validation,
            ClassNames =
                opened.ClassNames.Count > 0
                    ? opened.ClassNames
                    : [.. Enumerable.Range(0, plan.Classes).Select(static label => label.ToString(CultureInfo.InvariantCulture))],
            Remarks = plan.On == EvaluateOn.Validation ? [$"measured on {opened.Test.Count} validation images"] : [],
            Notes = opened.Notes with { Lines = [.. opened.Notes.Lines, .. Lines(plan, whole, unlabelled.Length)] },
            TrainLabels = opened.TrainLabels ?? whole.Train.Count,
            Draw = (count, asking) =>
            {
                var (chosen, lines) = Balanced(count, asking, plan, opened, labels, unlabelled, key);
                return Named(chosen, asking, lines, opened, labels);
            },
        };
        return plan.Classes == 0 ? data
            : opened.Listed is { } listed ? data.With(Named(listed, "data.label_list", Listed(plan, listed), opened, labels))
            : data.With(data.Draw(plan.Labels, "data.labels"));
    }

    // The training images that remain, and the validation images. If results are measured on validation images, they replace the test
    // images.
    private static (OpenedImages Left, ImageSet? Validation) HoldOut(DataPlan plan, OpenedImages opened, Key key)
    {
        if (plan.Validation == 0)
        {
            return (opened, null);
        }

        var held = ValidationSplit.Positions(
            opened.Train.Classes(),
            plan.Classes,
            plan.Validation,
            opened.Listed ?? [],
            key,
            opened.ClassNames
        );
        var left = Enumerable.Range(0, opened.Train.Count).Except(held).ToArray();
        var validation = opened.Train.Take(held);
        return (
            opened with
            {
                Train = opened.Train.Take(left),
                Test = plan.On == EvaluateOn.Validation ? validation : opened.Test,
                TrainName = position => opened.TrainName(left[position]),
                Listed = opened.Listed?.Select(position => Array.BinarySearch(left, position)).ToArray(),
            },
            validation
        );
    }

    private static (int[] Chosen, IReadOnlyList<string> Lines) Balanced(
        int count,
        string asking,
        DataPlan plan,
        OpenedImages opened,
        long[] labels,
        int[] unlabelled,
        Key key
    )
    {
        var (known, broken) = (labels.Count(static label => label >= 0), opened.Notes.Broken.Count);
        if (count > known + broken || known == 0)
        {
            var without = broken > 0 ? $", besides {broken} broken ones that are left out" : "";
            throw new InputException(
                $"{asking} asks for {count} labelled images, but only {known} of the training images have a label{without}."
            );
        }

        var labelKey = plan.LabelSeed is { } seed ? Key.FromSeed(seed).At("data") : key;
        var chosen = LabelSubset.Balanced(labels, plan.Classes, Math.Min(count, known), labelKey.At("labelled"), prefer: unlabelled);
        return (
            chosen,
            count <= known
                ? []
                :
                [
                    $"{asking}: {known} labelled images in place of {count}, "
                        + $"since {broken} training images are broken and left out ('data.skip_broken')",
                ]
        );
    }

    private static IReadOnlyList<string> Listed(DataPlan plan, int[] listed) =>
        listed.Length == 0
            ? throw new InputException("every image that data.label_list names is broken and left out: list others, or replace them.")
        : listed.Length < plan.Labels
            ? [$"data.label_list: {listed.Length} labelled images in place of {plan.Labels}, since the others are broken and left out"]
        : [];

    private static LabelledDraw Named(int[] chosen, string asking, IReadOnlyList<string> lines, OpenedImages opened, long[] labels)
    {
        var counts = new int[opened.ClassNames.Count > 0 ? opened.ClassNames.Count : (int)labels.Max() + 1];
        Array.ForEach(chosen, position => counts[labels[position]]++);
        var uneven =
            counts.Max() - counts.Min() > 1 ? $"{asking}: classes give unequal numbers of labelled images: {Counts(counts, opened)}" : null;
        return new(opened.Train.Take(chosen), [.. chosen.Select(opened.TrainName)], uneven is null ? lines : [.. lines, uneven]);
    }

    // Only the classes with the fewest and the most images are named, since a thousand classes would not fit on a line.
    private static string Counts(int[] counts, OpenedImages opened)
    {
        const int Shown = 10;
        string Name(int label) => opened.ClassNames.Count > 0 ? opened.ClassNames[label] : $"class {label}";
        var ordered = Enumerable.Range(0, counts.Length).OrderBy(label => counts[label]).ToList();
        var shown = counts.Length <= Shown ? ordered.Order() : ordered.Take(Shown - 1).Append(ordered[^1]);
        var more = counts.Length <= Shown ? "" : $", and {counts.Length - Shown} classes between";
        return string.Join(", ", shown.Select(label => $"{Name(label)} {counts[label]}")) + more;
    }

    private static IEnumerable<string> Lines(DataPlan plan, OpenedImages opened, int unlabelled)
    {
        var notes = opened.Notes;
        if (notes.Broken.Count > 0)
        {
            yield return $"{notes.Broken.Count} of {opened.Train.Count + notes.Broken.Count} training images "
                + $"{(notes.Broken.Count == 1 ? "is" : "are")} broken and left out: {DataNotes.Listed(notes.Broken)}";
        }

        if (unlabelled < plan.Unlabelled)
        {
            yield return $"data.unlabelled: {unlabelled} images in place of {plan.Unlabelled}, since broken ones are left out";
        }

        if (notes.WithoutClass.Count > 0)
        {
            yield return $"{notes.WithoutClass.Count} of {opened.Test.Count + notes.WithoutClass.Count} test images "
                + $"{(notes.WithoutClass.Count == 1 ? "has no label and is" : "have no label and are")} passed over";
        }

        if (notes.PassedOver.Count > 0)
        {
            yield return $"passed over, as no image of this data set ({Pictures.Formats}): {DataNotes.Counted(notes.PassedOver)}";
        }
    }

    // A random subset in ascending order, so that a subset of all images is the set itself. Images with and without label are drawn in
    // proportion, so that the plan can compute the number of each.
    private static int[] Subset(long[] labels, int count, Key key)
    {
        var order = key.Permutation(labels.Length);
        var known = labels.Count(static label => label >= 0);
        if (count < labels.Length && known > 0 && known < labels.Length)
        {
            var share = (int)((long)count * known / labels.Length);
            order = [.. order.Where(i => labels[i] >= 0).Take(share), .. order.Where(i => labels[i] < 0).Take(count - share)];
        }

        var chosen = order[..Math.Min(count, order.Length)];
        Array.Sort(chosen);
        return chosen;
    }
}

using System.Diagnostics;
using SimClrDsl.Planning;

namespace SimClrDsl.Runtime;

/// <summary>The images of one experiment.</summary>
/// <param name="Unlabelled">Images of pretraining and distillation. Their labels serve evaluation only.</param>
/// <param name="Labelled">Images of fine-tuning, balanced over the classes; all of them are among the unlabelled ones where those suffice.</param>
/// <param name="Test">Images that no stage trains on.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record ExperimentData(ImageSet Unlabelled, ImageSet Labelled, ImageSet Test, int Classes)
{
    /// <summary>The unlabelled images whose labels are known to evaluation: all of them, but for those that have none.</summary>
    public ImageSet Bank { get; } = Unlabelled.WithLabels();

    /// <summary>Draws labelled images from the training split.</summary>
    internal Func<int, ImageSet> Draw { get; init; } =
        static _ => throw new InvalidOperationException("Images that were not opened as a data set have no others to draw from.");

    /// <summary>The same images with another number of labelled ones, balanced over the classes; larger draws hold the smaller ones.</summary>
    /// <exception cref="InputException">There are not so many.</exception>
    public ExperimentData WithLabels(int count) => this with { Labelled = Draw(count) };
}

/// <summary>Finds the images of an experiment.</summary>
public static class Datasets
{
    /// <summary>Reads or makes the data set, and chooses its unlabelled and labelled parts by <paramref name="key"/>.</summary>
    /// <exception cref="InputException">The data set is missing or damaged, or is not the one the plan was made for.</exception>
    public static ExperimentData Open(DataPlan plan, Key key)
    {
        var (train, test, labelled) = plan.Source switch
        {
            DataSource.FashionMnist => Whole(FashionMnist.Open(plan.Path)),
            DataSource.Synthetic => Whole(SyntheticImages.Make(plan, key.At("synthetic"))),
            DataSource.Cifar10 => Whole(Cifar.Open10(DataFolder.Resolve(plan.Path ?? "cifar10"))),
            DataSource.Cifar100 => Whole(Cifar.Open100(DataFolder.Resolve(plan.Path ?? "cifar100"))),
            DataSource.Imagenet => PictureFolders.Open(plan, DataFolder.Resolve(plan.Path ?? "imagenet")),
            DataSource.Folder or DataSource.Shards => PictureFolders.Open(plan, DataFolder.Resolve(plan.Path!)),
            _ => throw new UnreachableException(),
        };

        // The files' bytes are garbage now, as large as the images: training has better use for the memory.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Split(
            plan,
            train.First(Math.Min(plan.TrainImages, train.Count)) with
            {
                Bicubic = plan.Bicubic,
            },
            test.First(Math.Min(plan.TestImages, test.Count)) with
            {
                Bicubic = plan.Bicubic,
            },
            labelled,
            key
        );
    }

    private static OpenedImages Whole((ImageSet Train, ImageSet Test) splits) => new(splits.Train, splits.Test);

    // The labelled images come from among the unlabelled ones: distillation trains on all images, the labelled ones included (§2).
    private static ExperimentData Split(DataPlan plan, ImageSet train, ImageSet test, int[]? listed, Key key)
    {
        var labels = train.Classes();
        var known = labels.Count(static label => label >= 0);
        var unlabelled = Subset(train.Count, plan.Unlabelled, key.At("unlabelled"));

        ImageSet Draw(int count, string asking) =>
            count <= known
                ? train.Take(LabelSubset.Balanced(labels, plan.Classes, count, key.At("labelled"), prefer: unlabelled))
                : throw new InputException(
                    $"{asking} asks for {count} labelled images, but only {known} of the training images have a label."
                );

        return new(
            unlabelled.Length == train.Count ? train : train.Take(unlabelled),
            listed is null ? Draw(plan.Labels, "data.labels") : train.Take(listed),
            test,
            plan.Classes
        )
        {
            Draw = count => Draw(count, "evaluate.supervised.labels"),
        };
    }

    // In ascending order, so that a subset of everything is the set itself.
    private static int[] Subset(int images, int count, Key key)
    {
        var chosen = key.Permutation(images)[..Math.Min(count, images)];
        Array.Sort(chosen);
        return chosen;
    }
}

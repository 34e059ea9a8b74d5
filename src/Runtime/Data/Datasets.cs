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
        return Split(
            plan,
            train.First(Math.Min(plan.TrainImages, train.Count)),
            test.First(Math.Min(plan.TestImages, test.Count)),
            labelled,
            key
        );
    }

    private static OpenedImages Whole((ImageSet Train, ImageSet Test) splits) => new(splits.Train, splits.Test);

    // The labelled images come from among the unlabelled ones: distillation trains on all images, the labelled ones included (§2).
    private static ExperimentData Split(DataPlan plan, ImageSet train, ImageSet test, int[]? listed, Key key)
    {
        var labels = train.Classes();
        if (labels.Count(static label => label >= 0) is var known && known < plan.Labels)
        {
            throw new InputException(
                $"data.labels asks for {plan.Labels} labelled images, but only {known} of the training images have a label."
            );
        }

        var unlabelled = Subset(train.Count, plan.Unlabelled, key.At("unlabelled"));
        var labelled = listed ?? LabelSubset.Balanced(labels, plan.Classes, plan.Labels, key.At("labelled"), prefer: unlabelled);
        return new(unlabelled.Length == train.Count ? train : train.Take(unlabelled), train.Take(labelled), test, plan.Classes);
    }

    // In ascending order, so that a subset of everything is the set itself.
    private static int[] Subset(int images, int count, Key key)
    {
        var chosen = key.Permutation(images)[..Math.Min(count, images)];
        Array.Sort(chosen);
        return chosen;
    }
}

using System.Diagnostics;
using SimClrDsl.Planning;

namespace SimClrDsl.Runtime;

/// <summary>The images of one experiment.</summary>
/// <param name="Unlabelled">Images of pretraining and distillation. Their labels serve evaluation only.</param>
/// <param name="Labelled">Images of fine-tuning, balanced over the classes; all of them are among the unlabelled ones where those suffice.</param>
/// <param name="Test">Images that no stage trains on.</param>
/// <param name="Classes">Number of classes.</param>
public sealed record ExperimentData(ImageSet Unlabelled, ImageSet Labelled, ImageSet Test, int Classes);

/// <summary>Finds the images of an experiment.</summary>
public static class Datasets
{
    /// <summary>Reads or makes the data set, and chooses its unlabelled and labelled parts by <paramref name="key"/>.</summary>
    /// <exception cref="InputException">The data set is missing or damaged, or there is no reader for it.</exception>
    public static ExperimentData Open(DataPlan plan, Key key)
    {
        var (train, test) = plan.Source switch
        {
            DataSource.FashionMnist => FashionMnist.Open(plan.Path),
            DataSource.Synthetic => SyntheticImages.Make(plan, key.At("synthetic")),
            DataSource.Imagenet => throw new InputException(
                "data.source imagenet: there is no reader for ImageNet files yet; such an experiment can be planned (plan), generated "
                    + "(emit) and tried on made-up images (run --smoke)."
            ),
            _ => throw new UnreachableException(),
        };
        return Split(plan, train.First(Math.Min(plan.TrainImages, train.Count)), test.First(Math.Min(plan.TestImages, test.Count)), key);
    }

    // The labelled images come from among the unlabelled ones: distillation trains on all images, the labelled ones included (§2).
    private static ExperimentData Split(DataPlan plan, ImageSet train, ImageSet test, Key key)
    {
        var unlabelled = Subset(train.Count, plan.Unlabelled, key.At("unlabelled"));
        var labelled = LabelSubset.Balanced(train.Classes(), plan.Classes, plan.Labels, key.At("labelled"), prefer: unlabelled);
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

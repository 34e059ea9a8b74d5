using System.Globalization;
using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Chooses the images of an experiment among those of a data set. The labelled images are drawn from the unlabelled ones, because
/// distillation trains on all images, including the labelled ones (§2).
/// </summary>
internal static class ExperimentSplit
{
    /// <summary>Holds out the validation images, and draws the unlabelled and the labelled images among the others.</summary>
    /// <param name="plan">The data of the experiment.</param>
    /// <param name="whole">The data set.</param>
    /// <param name="key">Key by which the images are chosen.</param>
    /// <returns>The images; an error if the data set has too few of a class, or too few labelled ones.</returns>
    public static Either<InputError, ExperimentData> Of(DataPlan plan, OpenedImages whole, Key key) =>
        HoldOut(plan, whole, key.At("validation")).Bind(held => Of(plan, whole, held.Left, held.Validation, key));

    private static Either<InputError, ExperimentData> Of(
        DataPlan plan,
        OpenedImages whole,
        OpenedImages opened,
        ImageSet? validation,
        Key key
    )
    {
        var (train, labels) = (opened.Train, opened.Train.Classes());
        var unlabelled = Subset(labels, plan.Unlabelled, key.At("unlabelled"));
        var labelled = new LabelledImages(plan, opened, labels, unlabelled, key);
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
            Draw = labelled.Drawn,
        };
        return plan.Classes == 0 ? data : labelled.Planned().Map(data.With);
    }

    // The training images that remain, and the validation images. If results are measured on validation images, they replace the test
    // images.
    private static Either<InputError, (OpenedImages Left, ImageSet? Validation)> HoldOut(DataPlan plan, OpenedImages opened, Key key) =>
        plan.Validation == 0
            ? (opened, null)
            : ValidationSplit
                .Positions(opened.Train.Classes(), plan.Classes, plan.Validation, opened.Listed ?? [], key, opened.ClassNames)
                .Map(held => HeldOut(plan, opened, held));

    private static (OpenedImages Left, ImageSet? Validation) HeldOut(DataPlan plan, OpenedImages opened, int[] held)
    {
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

using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>Labelled images that were drawn, or read from a list.</summary>
/// <param name="Images">The images with their labels.</param>
/// <param name="Names">Their names, in the same order.</param>
/// <param name="Lines">Warnings: fewer images than asked for, or unequal numbers per class.</param>
internal sealed record LabelledDraw(ImageSet Images, IReadOnlyList<string> Names, IReadOnlyList<string> Lines);

/// <summary>Chooses the labelled images of an experiment.</summary>
/// <param name="plan">The data of the experiment.</param>
/// <param name="opened">The data set without its validation images.</param>
/// <param name="labels">Class of each of its training images; −1 for an image without label.</param>
/// <param name="unlabelled">Positions of the unlabelled images, which are drawn before any other.</param>
/// <param name="key">Key by which images are drawn, if the plan has no seed for them.</param>
internal sealed class LabelledImages(DataPlan plan, OpenedImages opened, long[] labels, int[] unlabelled, Key key)
{
    /// <summary>The labelled images of the plan: those of its list, or as many as it asks for.</summary>
    /// <returns>The images; an error if all images of the list are broken, or if fewer images have a label.</returns>
    public Either<InputError, LabelledDraw> Planned() => opened.Listed is { } listed ? Listed(listed) : Drawn(plan.Labels, "data.labels");

    /// <summary>Draws images, balanced over the classes.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="asking">The key of the spec that asks for them, for messages.</param>
    /// <returns>The images; an error if fewer images have a label.</returns>
    public Either<InputError, LabelledDraw> Drawn(int count, string asking)
    {
        var (known, broken) = (labels.Count(static label => label >= 0), opened.Notes.Broken.Count);
        if (count > known + broken || known == 0)
        {
            var without = broken > 0 ? $", besides {broken} broken ones that are left out" : "";
            return new InputError(
                $"{asking} asks for {count} labelled images, but only {known} of the training images have a label{without}."
            );
        }

        var labelKey = plan.LabelSeed is { } seed ? Key.FromSeed(seed).At("data") : key;
        var chosen = LabelSubset.Balanced(labels, plan.Classes, Math.Min(count, known), labelKey.At("labelled"), prefer: unlabelled);
        var fewer =
            $"{asking}: {known} labelled images in place of {count}, "
            + $"since {broken} training images are broken and left out ('data.skip_broken')";
        return At(chosen, asking, count <= known ? [] : [fewer]);
    }

    private Either<InputError, LabelledDraw> Listed(int[] listed)
    {
        var fewer = $"data.label_list: {listed.Length} labelled images in place of {plan.Labels}, since the others are broken and left out";
        return listed.Length > 0
            ? At(listed, "data.label_list", listed.Length < plan.Labels ? [fewer] : [])
            : new InputError("every image that data.label_list names is broken and left out: list others, or replace them.");
    }

    private LabelledDraw At(int[] chosen, string asking, IReadOnlyList<string> lines)
    {
        var counts = new int[opened.ClassNames.Count > 0 ? opened.ClassNames.Count : (int)labels.Max() + 1];
        Array.ForEach(chosen, position => counts[labels[position]]++);
        var uneven =
            counts.Max() - counts.Min() > 1 ? $"{asking}: classes give unequal numbers of labelled images: {Counts(counts)}" : null;
        return new(opened.Train.Take(chosen), [.. chosen.Select(opened.TrainName)], uneven is null ? lines : [.. lines, uneven]);
    }

    // Only the classes with the fewest and the most images are named, since a thousand classes would not fit on a line.
    private string Counts(int[] counts)
    {
        const int Shown = 10;
        string Name(int label) => opened.ClassNames.Count > 0 ? opened.ClassNames[label] : $"class {label}";
        var ordered = Enumerable.Range(0, counts.Length).OrderBy(label => counts[label]).ToList();
        var shown = counts.Length <= Shown ? ordered.Order() : ordered.Take(Shown - 1).Append(ordered[^1]);
        var more = counts.Length <= Shown ? "" : $", and {counts.Length - Shown} classes between";
        return string.Join(", ", shown.Select(label => $"{Name(label)} {counts[label]}")) + more;
    }
}

using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

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
    internal Func<int, string, Either<InputError, LabelledDraw>> Draw { get; init; } =
        static (_, _) =>
            throw new InvalidOperationException("These images were not opened as a data set, so no other labelled images can be drawn.");

    /// <summary>
    /// The same images with another number of labelled images, balanced over the classes. A larger draw contains every smaller one.
    /// </summary>
    /// <param name="count">Number of labelled images.</param>
    /// <returns>The images; an error if fewer images have a label.</returns>
    public Either<InputError, ExperimentData> WithLabels(int count) =>
        Draw(count, "evaluate.supervised.labels").Map(draw => With(draw) with { LabelChoice = null });

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

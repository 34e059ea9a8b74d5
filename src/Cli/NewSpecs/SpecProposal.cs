using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.NewSpecs;

/// <summary>An experiment that is proposed for a folder of images: the choices, and the reasons that the spec gives beside them.</summary>
/// <param name="Name">Name of the experiment.</param>
/// <param name="Path">Path of the images, as the spec writes it.</param>
/// <param name="Survey">What the folder holds.</param>
/// <param name="Side">Side of the square images that the network sees, in pixels.</param>
/// <param name="Width">Width multiplier of the ResNet-18.</param>
/// <param name="Epochs">Passes of pretraining over all images.</param>
/// <param name="Batch">Images per step of pretraining.</param>
internal sealed record SpecProposal(string Name, string Path, FolderSurvey Survey, int Side, double Width, int Epochs, int Batch)
{
    // Passes over images that pretraining makes in all, where the time allows it: more passes over few images, fewer over many.
    private const int ImagesSeen = 200_000;

    /// <summary>Epochs of pretraining below which little is learned; fewer are proposed only where no more fit into the time.</summary>
    internal const int FewestEpochs = 10;

    // Contrastive learning needs a thousand steps or more, and of a hundred images an epoch is three.
    private const int MostEpochs = 600;

    // Images that distillation sees at least, where pretraining sees as many: with 2,000 photographs of CIFAR-10, half as many gave students
    // of 63.5 and 61.8 %, these gave 68.9 and 69.0 %, and the teachers have 69.3 and 69.1 %.
    private const int DistilledImages = 100_000;

    // Up to so many images, the recipe is another: views that share more of their image, which are learned from in fewer steps; a lower
    // rate for fine-tuning; no distillation. Measured on drawn pictures, see docs/faq.md.
    private const int FewImages = 1000;
    private const int LargestBatch = 256;
    private const int LargestLabelledBatch = 64;
    private const int MostNeighbours = 20;

    // A whole step takes this many times its convolutions and norms: views, loss and optimizer took 15 % of a step of such a network.
    private const double WholeStep = 1 / 0.85;

    // Images of a class from which on some of them can be spared for validation.
    private const int EnoughOfAClass = 20;

    private static readonly int[] Sides = [224, 160, 128, 96, 64, 48, 32];
    private static readonly double[] Widths = [1, 0.5, 0.25, 0.125];

    /// <summary>Number of classes; 0 if no image has a label.</summary>
    public int Classes => Survey.Counts.Classes.Count;

    /// <summary>Whether there are test images; otherwise results are measured on validation images.</summary>
    public bool HasTest => Survey.Counts.TestImages > 0;

    /// <summary>Training images that can be used.</summary>
    public int Usable => Survey.Counts.TrainImages - Survey.Broken.Count;

    /// <summary>Training images that can be used and are not held out.</summary>
    public int Trained => Usable - Validation;

    /// <summary>Whether images are so few that the recipe for few images is proposed.</summary>
    public bool IsSmallSet => Trained <= FewImages;

    /// <summary>Usable training images of the smallest class.</summary>
    public int SmallestClass => Survey.UsableClasses.Min(static one => one.Train);

    /// <summary>Labelled images that are held out: a fifth if they stand in for test images, else a tenth of large classes.</summary>
    public int Validation =>
        Classes == 0 ? 0
        : !HasTest ? Classes * Math.Max(1, SmallestClass / 5)
        : SmallestClass >= EnoughOfAClass ? Classes * (SmallestClass / 10)
        : 0;

    /// <summary>Usable images with a label that are not held out.</summary>
    public int Known => Survey.UsableClasses.Sum(static one => one.Train) - Validation;

    /// <summary>Labelled images to learn from: as many as there are, in a multiple of the classes.</summary>
    public int Labels => Classes == 0 ? 0 : Known / Classes * Classes;

    /// <summary>Images per step of fine-tuning.</summary>
    public int LabelledBatch => Math.Min(Math.Min(LargestLabelledBatch, Labels), Math.Max(2, Batch));

    /// <summary>Neighbours that vote in kNN.</summary>
    public int Neighbours => Math.Min(MostNeighbours, Math.Max(1, Known / 2));

    /// <summary>Middle of the shorter sides of the images, in pixels.</summary>
    public int MedianSide => Survey.Sides[Survey.Sides.Count / 2];

    /// <summary>Passes of fine-tuning over the labelled images: some 3,000 or 6,000 images seen, within bounds.</summary>
    public int FinetuneEpochs => Math.Clamp((IsSmallSet ? 3000 : 6000) / Math.Max(1, Labels), 20, 200);

    /// <summary>Passes of distillation over all images: a quarter of pretraining's, or as many as few images need.</summary>
    public int DistillEpochs => Math.Max(Math.Max(2, Epochs / 4), Math.Min(Epochs, DistilledImages / Trained));

    /// <summary>The spec that this proposal stands for.</summary>
    public Specs.Spec Spec =>
        SpecReader
            .ReadYaml($"{Name}.yaml", ProposalText.Of(this, minutes: 0))
            .Match(
                Succ: static spec => spec,
                Fail: static errors => throw new InvalidOperationException($"The proposed spec has an error: {errors.First()}")
            );

    /// <summary>
    /// The proposal for a folder: the largest images, then the widest network, with which the passes that are wanted fit into the time.
    /// If nothing fits, the smallest network makes as many passes as fit.
    /// </summary>
    /// <param name="name">Name of the experiment.</param>
    /// <param name="path">Path of the images, as the spec writes it.</param>
    /// <param name="survey">What the folder holds.</param>
    /// <param name="machine">What the experiment may take.</param>
    /// <returns>The proposal, and the seconds that it is estimated to take; or that there are too few images to learn from.</returns>
    public static Either<InputError, (SpecProposal Proposal, double Seconds)> For(
        string name,
        string path,
        FolderSurvey survey,
        MachineBudget machine
    ) => Enough(new SpecProposal(name, path, survey, Side: 32, Width: Widths[^1], Epochs: 1, Batch: 2)).Map(first => For(first, machine));

    private static (SpecProposal Proposal, double Seconds) For(SpecProposal first, MachineBudget machine)
    {
        var trained = first.Trained;
        var wanted = first with { Epochs = Math.Clamp(ImagesSeen / trained, FewestEpochs, MostEpochs), Batch = BatchOf(trained) };
        var sides = Sides.Where(side => side <= first.MedianSide || side == Sides[^1]).ToList();
        var candidates = sides.SelectMany(side => Widths.Select(width => wanted with { Side = side, Width = width }));
        foreach (var candidate in candidates)
        {
            var plan = Plan.Of(candidate.Spec);
            if (SecondsOf(plan, machine) <= machine.Seconds && BytesOf(plan) <= machine.MemoryBytes)
            {
                return (candidate, SecondsOf(plan, machine));
            }
        }

        return Smallest(wanted, machine);
    }

    private static (SpecProposal Proposal, double Seconds) Smallest(SpecProposal wanted, MachineBudget machine)
    {
        var last = wanted with { Side = Sides[^1], Width = Widths[^1] };
        while (true)
        {
            var plan = Plan.Of(last.Spec);
            var seconds = SecondsOf(plan, machine);
            if (BytesOf(plan) > machine.MemoryBytes && last.Batch >= 4)
            {
                last = last with { Batch = last.Batch / 2 };
            }
            else if (seconds > machine.Seconds && last.Epochs > 1)
            {
                last = last with { Epochs = Math.Max(1, Math.Min(last.Epochs - 1, (int)(last.Epochs * machine.Seconds / seconds))) };
            }
            else
            {
                return (last, seconds);
            }
        }
    }

    // The largest power of two of which an epoch has two steps.
    private static int BatchOf(int images)
    {
        var batch = 2;
        while (2 * batch <= Math.Min(LargestBatch, images / 2))
        {
            batch *= 2;
        }

        return batch;
    }

    private static Either<InputError, SpecProposal> Enough(SpecProposal proposal)
    {
        var few = proposal.Survey.UsableClasses.MinBy(static one => one.Train);
        return few is not null && !proposal.HasTest && few.Train < 2
                ? new InputError(
                    $"{proposal.Survey.Folder} has no test images and only {few.Train} of class '{few.Name}': results need at least one "
                        + $"image that is not trained on, so add images to the class, or put some into test/."
                )
            : proposal.Trained < 2
                ? new InputError($"{proposal.Survey.Folder} has {proposal.Usable} usable training image: a batch needs two, so add images.")
            : proposal;
    }

    private static double SecondsOf(Plan plan, MachineBudget machine) =>
        WholeStep * StageCost.Of(plan).Sum(static stage => stage.MultiplyAdds) / machine.MultiplyAddsASecond;

    private static double BytesOf(Plan plan) => StageCost.Of(plan).Max(static stage => stage.Bytes);
}

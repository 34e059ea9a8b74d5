using System.Globalization;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.NewSpecs;

/// <summary>Writes a proposal as a spec in YAML, with the reason beside each number.</summary>
internal static class ProposalText
{
    private const int Column = 34;
    private const int ClassesNamed = 8;

    // Up to this side, images are small ones, for which the recipes of CIFAR-10 are.
    private const int SmallSide = 64;

    /// <summary>The text of the spec.</summary>
    /// <param name="proposal">The proposal.</param>
    /// <param name="minutes">The minutes that it is estimated to take.</param>
    public static string Of(SpecProposal proposal, double minutes)
    {
        var text = new StringBuilder();
        foreach (var line in Heading(proposal, minutes).Concat(Data(proposal)).Concat(Training(proposal)))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What the folder holds, in lines for the screen and for the heading of the spec.</summary>
    public static IEnumerable<string> Found(FolderSurvey survey)
    {
        var counts = survey.Counts;
        var without = counts.TrainImages - counts.TrainLabels;
        yield return counts.Classes.Count == 0
            ? $"{Images(counts.TrainImages, "")} without a label"
            : $"{Images(counts.TrainLabels, "training ")} in {counts.Classes.Count} classes ({Classes(counts.Classes)}), "
                + $"{Numbers.Grouped(without)} without a label, {Images(counts.TestImages, "test ")}";
        var (least, most) = (survey.Sides[0], survey.Sides[^1]);
        yield return least == most
            ? $"shorter side {least} px"
            : $"shorter side {least} to {most} px, half of them up to {survey.Sides[survey.Sides.Count / 2]} px";
        if (survey.Broken.Count > 0)
        {
            yield return $"{Images(survey.Broken.Count, "broken ")}: {FolderSurvey.Listed(survey.Broken)}";
        }

        if (survey.PassedOver.Count > 0)
        {
            yield return $"passed over, as no image of the data set: {survey.PassedOverInWords}";
        }
    }

    private static IEnumerable<string> Heading(SpecProposal proposal, double minutes)
    {
        yield return $"# Made by 'simclr new' for {OneLine.Of(proposal.Survey.Folder)}, where it found:";
        foreach (var line in Found(proposal.Survey))
        {
            yield return $"#   {OneLine.Of(line)}";
        }

        yield return $"# Estimated to train for {Duration(minutes)} on this machine if it does nothing else; 'simclr new --minutes' asks for more or less.";
        yield return "# 'simclr plan' shows what will happen, 'simclr run' does it; docs/experiment-reference.md explains every key.";
        yield return $"name: {proposal.Name}";
    }

    private static IEnumerable<string> Data(SpecProposal proposal)
    {
        var counts = proposal.Survey.Counts;
        yield return "data:";
        yield return "  source: folder";
        yield return $"  path: {Quoted(proposal.Path)}";
        yield return Line($"  image: {proposal.Side}", SideReason(proposal));
        if (proposal.Classes > 0)
        {
            yield return Line($"  classes: {proposal.Classes}", "counted, as the numbers below; left out, they are counted at each run");
        }

        yield return Line($"  train_images: {counts.TrainImages}", proposal.Classes > 0 ? "with and without a label" : "counted");
        if (proposal.Classes > 0 && counts.TrainLabels < counts.TrainImages)
        {
            yield return Line($"  train_labels: {counts.TrainLabels}", "those in folders of classes");
        }

        if (counts.TestImages > 0)
        {
            yield return $"  test_images: {counts.TestImages}";
        }

        if (proposal.Survey.Broken.Count > 0)
        {
            yield return Line($"  skip_broken: {proposal.Survey.Broken.Count}", "as many as are broken now");
        }

        if (proposal.Validation > 0)
        {
            yield return Line($"  validation: {proposal.Validation}", ValidationReason(proposal));
        }

        if (proposal.Labels > 0)
        {
            yield return Line($"  labels: {Labels(proposal)}", LabelsReason(proposal));
        }
    }

    private static IEnumerable<string> Training(SpecProposal proposal)
    {
        var small = proposal.Side <= SmallSide;
        yield return Line(
            $"encoder: {{ resnet: 18, width: {Plain(proposal.Width)}, stem: {(small ? "small" : "imagenet")} }}",
            $"the widest network for the time; {(small ? "images this small are not shrunk by the stem" : "the usual stem for photographs")}"
        );
        yield return "pretrain:";
        yield return Line("  head: { layers: 3, out: 128 }", "the paper's three layers");
        yield return Line($"  epochs: {proposal.Epochs}", EpochsReason(proposal));
        yield return Line($"  batch: {proposal.Batch}", "at least two steps an epoch, and what fits into memory");
        yield return Line("  temperature: 0.2", "between the paper's 0.1 and the 0.3 to 0.5 that suits small images");
        yield return (small, proposal.IsSmallSet) switch
        {
            (_, true) => Line(
                $"  augment: {{ crop: [0.5, 1.0], colour: {{ strength: 1.0 }}{(small ? ", blur: 0" : "")} }}",
                "large crops, as there are few images"
            ),
            (true, _) => Line(
                "  augment: { crop: [0.2, 1.0], colour: { strength: 0.5 }, blur: 0 }",
                "the recipe for small images: milder, no blur"
            ),
            _ => Line("  augment: { crop: [0.08, 1.0], colour: { strength: 1.0 } }", "the paper's for photographs"),
        };
        yield return Line("  optimizer: { lars: { lr: 0.2 } }", "scaled by √batch, with a warm-up of 5 %");
        foreach (var line in proposal.Classes > 0 ? WithLabels(proposal, small) : [])
        {
            yield return line;
        }
    }

    private static IEnumerable<string> WithLabels(SpecProposal proposal, bool small)
    {
        var (crop, labels) = (small || proposal.IsSmallSet ? "[0.5, 1.0]" : "[0.3, 1.0]", proposal.Labels);
        yield return "evaluate:";
        if (!proposal.HasTest)
        {
            yield return Line("  on: validation", "there are no test images: put some into test/CLASS/ and remove this line");
        }

        yield return Line($"  knn: {{ k: {proposal.Neighbours} }}", "at most half of the images with a label");
        yield return "  supervised:";
        yield return Line("    steps: 400", "the same network on the labels alone, for comparison");
        yield return $"    batch: {Math.Min(32, proposal.LabelledBatch)}";
        yield return "    evaluate_every: 100";
        yield return $"    augment: {{ crop: {crop} }}";
        yield return "finetune:";
        yield return Line("  from_head_layer: 1", "the paper's choice for few labels");
        yield return Line(
            $"  epochs: {proposal.FinetuneEpochs}",
            $"some {Numbers.Grouped(proposal.FinetuneEpochs * labels)} images in all"
        );
        yield return Line($"  batch: {proposal.LabelledBatch}", labels == proposal.LabelledBatch ? "all labelled images" : "");
        yield return $"  augment: {{ crop: {crop} }}";
        yield return proposal.IsSmallSet
            ? Line(
                "  optimizer: { sgd: { lr: 0.003, scaling: none, weight_decay: 0 } }",
                "low: a higher rate unlearns what pretraining learned"
            )
            : Line("  optimizer: { sgd: { lr: 0.01, scaling: none, weight_decay: 0 } }", "chosen on validation images of Fashion-MNIST");
        foreach (
            var line in proposal.IsSmallSet
                ? ["# No 'distill': a student learns from scratch, for which these images are few."]
                : Distill(proposal, small)
        )
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Distill(SpecProposal proposal, bool small)
    {
        yield return "distill:";
        yield return Line(
            $"  student: {{ resnet: 18, width: {Plain(Math.Max(0.125, proposal.Width / 2))}, stem: {(small ? "small" : "imagenet")} }}",
            proposal.Width > 0.125 ? "a smaller network, for use" : "of the same size"
        );
        yield return "  temperature: 1.0";
        yield return Line(
            $"  epochs: {proposal.DistillEpochs}",
            $"some {Numbers.Grouped((long)proposal.DistillEpochs * proposal.Trained)} images in all"
        );
        yield return $"  batch: {proposal.Batch}";
        yield return "  augment: { crop: [0.6, 1.0] }";
        yield return "  optimizer: { sgd: { lr: 0.1, weight_decay: 1e-4 }, warmup: 5% }";
    }

    private static string SideReason(SpecProposal proposal) =>
        proposal.Side > proposal.MedianSide
            ? $"the smallest side that is proposed; half of the images have up to {proposal.MedianSide} px"
            : $"the largest for the time that is no larger than most images ({proposal.MedianSide} px)";

    private static string EpochsReason(SpecProposal proposal)
    {
        var trained = proposal.Trained;
        return $"{Numbers.Grouped(trained)} images, {Numbers.Grouped((long)trained * proposal.Epochs)} seen in all; more is better";
    }

    private static string ValidationReason(SpecProposal proposal) =>
        proposal.HasTest
            ? "a tenth of each class, to choose the baseline's rate on"
            : "a fifth of the smallest class, of each class, to measure on";

    // A share where every image has a label, since these need not fall evenly on the classes.
    private static string Labels(SpecProposal proposal) =>
        proposal.Survey.Counts.TrainLabels == proposal.Survey.Counts.TrainImages ? "100%" : $"{proposal.Labels}";

    private static string LabelsReason(SpecProposal proposal) =>
        Labels(proposal) == "100%" ? "every image has one"
        : proposal.Labels < proposal.Known ? $"of the {proposal.Known}: as many times the {proposal.Classes} classes as there are"
        : "all there are";

    private static string Classes(IReadOnlyList<ClassCount> classes)
    {
        var named = string.Join(", ", classes.Take(ClassesNamed).Select(static one => $"{one.Name} {one.Train}"));
        return classes.Count > ClassesNamed ? $"{named} and {classes.Count - ClassesNamed} more" : named;
    }

    private static string Line(string setting, string reason) => reason.Length == 0 ? setting : $"{setting.PadRight(Column)} # {reason}";

    private static string Images(int count, string kind) => $"{Numbers.Grouped(count)} {kind}image{(count == 1 ? "" : "s")}";

    private static string Duration(double minutes) => minutes < 1 ? "less than a minute" : $"about {Math.Ceiling(minutes):F0} minutes";

    private static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);

    // In double quotes, where a backslash and a quote are the only letters with a meaning.
    private static string Quoted(string path) =>
        $"\"{path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Pages;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>Classifies the test images of a run by the last network of it that classifies.</summary>
internal static class TestImages
{
    private const int ShownMistakes = 12;

    /// <summary>
    /// The network's answers. A run may have no such network, or its images may not be here any more; then the outcome says so.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="runs">Folder of all runs, or null for that of the run.</param>
    /// <param name="images">Opens the images of the run.</param>
    /// <param name="device">Where to compute.</param>
    public static TestOutcome Of(RecordedRun run, string? runs, Func<Either<InputError, ExperimentData>> images, Device device)
    {
        var tested =
            from declared in Catalogue.Open(run.Folder)
            let chosen = new ChosenExperiments(run.Folder, declared, Settings: [])
            from trained in TrainedStage.Of(chosen, stage: null, runs, NetworkNeed.Classifier)
            from data in images()
            from network in trained.Open(device)
            from classes in ClassesOf(network, data)
            from answers in Inputs.Catch(() => Tested(trained, network, data, classes))
            from note in Note(trained, data, Finished(run, trained.Stage))
            select answers with
            {
                Note = note,
            };
        return tested.Match(
            Right: static found => new TestOutcome(found, Missing: null),
            Left: static error => new(Tested: null, error.Message.TrimEnd('.'))
        );
    }

    /// <summary>The images of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Shows the progress of checking the images.</param>
    /// <returns>The images, or that they are not here any more.</returns>
    public static Either<InputError, ExperimentData> Open(RecordedRun run, Progress progress)
    {
        var plan = Plan.Of(run.Spec);
        return OpenedData.Open(plan, DataFolder(run, plan.Data.Path), progress);
    }

    // The spec in the folder of a run gives the path of the images as the file did from which it was run. That file mostly lies beside the
    // folder of all runs, or where the command is given.
    private static string DataFolder(RecordedRun run, string? path)
    {
        var runs = Path.GetDirectoryName(Path.GetFullPath(run.Folder)) ?? "";
        string[] folders = [run.Folder, Path.GetDirectoryName(runs) ?? "", Environment.CurrentDirectory];
        return Array.Find(folders, folder => path is not null && Path.Exists(Path.Combine(folder, path))) ?? run.Folder;
    }

    // Empty if the images are those that the run measured on.
    private static Either<InputError, string> Note(TrainedStage trained, ExperimentData data, FinishedStage? finished) =>
        from digests in StageDigests.Of(trained.Plan, data)
        let before = finished?.Data?.GetValueOrDefault("test images")
        select before is null || before == digests[trained.Stage]["test images"]
            ? ""
            : "The run measured on other test images: they have changed since, or it was a smoke run, which uses some of them only.";

    // A network answers by number: those of other classes, or of classes that have other numbers now, are no answers about these images.
    private static Either<InputError, IReadOnlyList<string>> ClassesOf(SavedNetwork network, ExperimentData data)
    {
        var (learned, here) = (network.Card.ClassNames, data.ClassNames);
        var differing = Enumerable
            .Range(0, Math.Max(learned.Count, here.Count))
            .Where(label => learned.ElementAtOrDefault(label) != here.ElementAtOrDefault(label))
            .ToList();
        return learned.Count == 0 || differing.Count == 0
            ? Either<InputError, IReadOnlyList<string>>.Right(here)
            : new InputError(
                $"the network has other classes than the images: class {differing[0]} was '{learned.ElementAtOrDefault(differing[0])}' "
                    + $"when it was trained, and is '{here.ElementAtOrDefault(differing[0])}' now: run the experiment again."
            );
    }

    private static TestedNetwork Tested(TrainedStage trained, SavedNetwork network, ExperimentData data, IReadOnlyList<string> classes)
    {
        using var scope = NewDisposeScope();
        var (highest, given) = network.Outputs(data.Test).softmax(1).cpu().max(1);
        var (labels, predicted) = (data.Test.Labels.data<long>().ToArray(), given.data<long>().ToArray());
        return new(
            trained.Choice,
            Confusion.Of([.. classes.Select(OneLine.Of)], labels, predicted),
            Worst(data.Test, labels, predicted, highest.data<float>().ToArray(), classes),
            Note: ""
        );
    }

    private static List<Mistake> Worst(ImageSet test, long[] labels, long[] predicted, float[] probabilities, IReadOnlyList<string> classes)
    {
        int[] worst =
        [
            .. Enumerable
                .Range(0, labels.Length)
                .Where(i => labels[i] != predicted[i])
                .OrderByDescending(i => probabilities[i])
                .Take(ShownMistakes),
        ];
        return worst.Length == 0
            ? []
            : [.. Pngs(test, worst).Zip(worst, (png, i) => new Mistake(png, Name(labels[i]), Name(predicted[i]), probabilities[i]))];

        string Name(long label) => OneLine.Of(classes[(int)label]);
    }

    /// <summary>Images as PNG files, as the network sees them; a grey image has three equal channels.</summary>
    internal static IEnumerable<byte[]> Pngs(ImageSet set, int[] positions)
    {
        var side = set.Side;
        using var images = set.Batch(positions, CPU).ForEvaluation(side).mul(255).round().to(ScalarType.Byte).expand([-1, 3, -1, -1]);
        var pixels = images.permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        return [.. pixels.Chunk(3 * side * side).Select(picture => Pictures.Encode(new(side, side, picture)))];
    }

    private static FinishedStage? Finished(RecordedRun run, string stage) => run.Stages.Single(one => one.Name == stage).Finished;
}

using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Pages;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// Looks at a run through its own pictures: the views that it compares, the neighbours that its features find, and a map of the features.
/// </summary>
internal static class RunPictures
{
    private const int ShownViews = 8;
    private const int Queries = 6;
    private const int Nearest = 5;
    private const int MostSearched = 5000;
    private const int MostOnMap = 1000;
    private const int FewestOnMap = 3;

    /// <summary>The pictures, or the reason why some are missing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="runs">Folder of all runs, or null for that of the run.</param>
    /// <param name="images">Opens the images of the run.</param>
    /// <param name="device">Where to compute.</param>
    public static PictureOutcome Of(RecordedRun run, string? runs, Func<Either<InputError, ExperimentData>> images, Device device)
    {
        var pictures =
            from data in images()
            from views in Inputs.Catch(() => Views(run, data, device))
            select Of(run, runs, data, views, device);
        return pictures.Match(Right: static outcome => outcome, Left: static error => Without(error, views: []));
    }

    private static PictureOutcome Of(RecordedRun run, string? runs, ExperimentData data, IReadOnlyList<byte[]> views, Device device)
    {
        var features =
            from trained in Trained(run, runs)
            from network in trained.Open(device)
            from test in TestOf(data)
            from found in Inputs.Catch(() => Features(trained, network, data, test))
            select found;
        return features.Match(Right: found => new PictureOutcome(views, found, Missing: null), Left: error => Without(error, views));
    }

    private static PictureOutcome Without(InputError error, IReadOnlyList<byte[]> views) =>
        new(views, Features: null, error.Message.TrimEnd('.'));

    private static IReadOnlyList<byte[]> Views(RecordedRun run, ExperimentData data, Device device)
    {
        var compiled = Catalogue.CodeOf(run.Spec);
        return compiled.View is { } view
            ? [.. ContactSheet.Strips(data, view, run.Spec.Seed, ShownViews, device).Select(Pictures.Encode)]
            : [];
    }

    // The network that has seen no labels, where there is one: its features are what pretraining is for.
    private static Either<InputError, TrainedStage> Trained(RecordedRun run, string? runs)
    {
        var pretrained = run.Stages.Any(static stage => stage is { Name: StageNames.Pretrain, Finished: not null });
        return from declared in Catalogue.Open(run.Folder)
            let chosen = new ChosenExperiments(run.Folder, declared, Settings: [])
            from trained in TrainedStage.Of(chosen, pretrained ? StageNames.Pretrain : null, runs, NetworkNeed.Encoder)
            select trained;
    }

    private static Either<InputError, ImageSet> TestOf(ExperimentData data)
    {
        var test = Spaced(data.Test, MostOnMap);
        return test.Count > 0 ? test : new InputError("the experiment has no test images, for which neighbours could be looked for.");
    }

    private static RunFeatures Features(TrainedStage trained, SavedNetwork network, ExperimentData data, ImageSet test)
    {
        using var scope = NewDisposeScope();
        var names = data.ClassNames;
        var all = data.Bank.Count > 0 ? data.Bank : data.Unlabelled;
        var bank = Spaced(all, MostSearched);
        var (searched, given) = (Directions(network.Features(bank)), Directions(network.Features(test)));
        return new(
            $"Network after '{trained.Stage}'",
            bank.Count,
            Found(bank, test, searched, given, names),
            test.Count < FewestOnMap
                ? null
                : new(PrincipalComponents.Of(given), test.Labels.data<long>().ToArray(), [.. names.Select(OneLine.Of)])
        );
    }

    private static List<Neighbours> Found(ImageSet bank, ImageSet test, Tensor searched, Tensor given, IReadOnlyList<string> names)
    {
        var queries = OfEachClass(test.Labels.data<long>().ToArray());
        var nearest = Math.Min(Nearest, bank.Count);
        using var index = tensor(queries.Select(static i => (long)i).ToArray());
        var (_, found) = given.index_select(0, index).mm(searched.t()).topk(nearest, 1);
        var positions = found.cpu().data<long>().ToArray().Select(static i => (int)i).ToArray();
        var (asked, answers) = (Shown(test, queries, names), Shown(bank, positions, names));
        return [.. asked.Zip(answers.Chunk(nearest), static (query, near) => new Neighbours(query, near))];
    }

    // The first image of each class, then the second ones, and so on.
    private static int[] OfEachClass(long[] labels) =>
        [
            .. labels
                .Index()
                .GroupBy(static one => one.Item)
                .SelectMany(static same => same.Select(static (one, turn) => (one.Index, Turn: turn)))
                .OrderBy(static one => one.Turn)
                .ThenBy(static one => one.Index)
                .Take(Queries)
                .Select(static one => one.Index),
        ];

    private static List<PagePicture> Shown(ImageSet set, int[] positions, IReadOnlyList<string> names)
    {
        var labels = set.Labels.data<long>().ToArray();
        return
        [
            .. TestImages
                .Pngs(set, positions)
                .Zip(positions, (png, i) => new PagePicture(png, labels[i] < 0 ? null : OneLine.Of(names[(int)labels[i]]))),
        ];
    }

    // Evenly spaced, since sets are often in the order of their classes.
    private static ImageSet Spaced(ImageSet set, int most) =>
        set.Count <= most ? set : set.Take([.. Enumerable.Range(0, most).Select(i => (int)((long)i * set.Count / most))]);

    private static Tensor Directions(Tensor features) => features / features.norm(1, keepdim: true).clamp_min(1e-12);
}

using SimClrDsl.Cli.Lookup;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.EndToEnd.Tests.Use;
using SimClrDsl.Export;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tests;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Runs that an application starts, by <c>Experiments.NAME.Run()</c>.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class ApplicationTests(FinishedRun finished)
{
    [Fact]
    public async Task A_run_leaves_what_the_command_leaves_except_for_the_code()
    {
        using var place = Tiny.Workplace();
        var notes = new Notes();
        var outcome = await Experiment(place, Tiny.File).Run(new() { Output = place.At("runs") }, notes);
        Assert.Equal(("tiny", place.At($"runs/{finished.Name}")), (outcome.Experiment, outcome.Folder));
        Assert.Equal(
            Files(finished.Folder).Where(static file => !file.StartsWith("generated/", StringComparison.Ordinal)),
            Files(outcome.Folder)
        );
        Assert.All(
            ["checkpoints/pretrain.safetensors", "checkpoints/distill.safetensors", "metrics.jsonl", "spec.yaml", "plan.txt"],
            file =>
                Assert.Equal(File.ReadAllBytes(Path.Combine(finished.Folder, file)), File.ReadAllBytes(Path.Combine(outcome.Folder, file)))
        );
        Assert.Equal(ResultTable.Format(outcome.Results), outcome.ToString());
        Assert.Contains(outcome.ToString(), finished.Outcome.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["pretrain", "knn", "linear", "supervised", "finetune", "distill"],
            outcome.Stages.Select(static stage => stage.Stage)
        );
        Assert.Equal(
            ["", "kNN", "linear", "label-only", "fine-tuned", "distilled"],
            outcome.Stages.Select(static stage => string.Join(", ", stage.Results.Select(static row => row.Title.Split(' ')[0])))
        );
        Assert.Equal(
            ["pretrain", "finetune", "distill"],
            outcome.Stages.Where(static stage => stage.Network is not null).Select(static stage => stage.Stage)
        );
        Assert.Equal(Path.Combine(outcome.Folder, "checkpoints", "distill.safetensors"), outcome.Classifier!.Checkpoint);
        Assert.Contains(notes.Points, static point => point is { Stage: "pretrain", Step: > 0 } && point.Step == point.Steps);

        var again = await Experiment(place, Tiny.File).Run(new() { Output = place.At("runs") }, notes);
        Assert.Equal(outcome.Results, again.Results);
        Assert.Equal(6, notes.Lines.Count(static line => line.Contains("finished before", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_settings_replace_those_of_the_spec()
    {
        using var place = Tiny.Workplace();
        var (experiment, root) = (Experiment(place, Tiny.File), place.At("elsewhere"));
        var settings = new RunSettings
        {
            Output = root,
            Seed = 5,
            Precision = Specs.Precision.Float32,
            Only = StageNames.Pretrain,
        };
        var outcome = await experiment.Run(settings);
        Assert.Equal(root, Path.GetDirectoryName(outcome.Folder));
        Assert.StartsWith("cpu, float32, ", outcome.ComputedOn);
        Assert.Equal("pretrain", Assert.Single(outcome.Stages).Stage);
        Assert.Null(outcome.Classifier);
        Assert.Contains("seed: 5", File.ReadAllText(Path.Combine(outcome.Folder, "spec.yaml")));
    }

    [Fact]
    public async Task A_cancelled_run_goes_on_from_where_it_stood()
    {
        using var place = Tiny.Workplace("epochs: 1\n  batch: 16\nevaluate", "epochs: 4\n  batch: 16\nevaluate");
        var (experiment, settings) = (Experiment(place, Tiny.File), new RunSettings { Output = place.At("runs") });
        using var cancellation = new CancellationTokenSource();
        var notes = new Notes { OnPoint = cancellation.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => experiment.Run(settings, notes, cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => experiment.Run(settings, cancellation: cancellation.Token));
        var rest = new Notes();
        Assert.Equal(6, (await experiment.Run(settings, rest)).Stages.Count);
        Assert.Contains(rest.Lines, static line => line.StartsWith("pretrain: goes on after step", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_that_no_run_can_have_are_refused()
    {
        using var place = Tiny.Workplace();
        var experiment = Experiment(place, Tiny.File);
        await Assert.ThrowsAsync<ArgumentException>(() => experiment.Run(new() { Data = "pictures" }));
        await Assert.ThrowsAsync<ArgumentException>(() => experiment.Run(new() { Seed = -1 }));
        var stage = await Assert.ThrowsAsync<InputException>(() => experiment.Run(new() { Output = place.At("runs"), Only = "finetuned" }));
        Assert.StartsWith("'tiny' has no stage 'finetuned'", stage.Message);
        Assert.False(Directory.Exists(place.At("runs")));
    }

    // Names of event files hold the time and the machine, so only their folder is told.
    private static IReadOnlyList<string> Files(string folder) =>
        [
            .. Folders
                .Contents(folder)
                .Keys.Where(name => File.Exists(Path.Combine(folder, name)))
                .Select(static name => name.StartsWith("tensorboard/", StringComparison.Ordinal) ? "tensorboard/" : name)
                .Distinct(),
        ];

    internal static IExperiment Experiment(Workplace place, string file) =>
        InProcessCompiler.Compile(Catalogue.Open(place.At(file)).Value().Sweep.Cells[0].Spec);

    private sealed class Notes : IRunObserver
    {
        public List<string> Lines { get; } = [];

        public List<ProgressPoint> Points { get; } = [];

        public Action OnPoint { get; init; } = static () => { };

        public void Note(string text) => Lines.Add(text);

        public void Report(ProgressPoint point)
        {
            Points.Add(point);
            OnPoint();
        }
    }
}

/// <summary>The networks of a run that an application started, on its own pictures.</summary>
public sealed class ApplicationNetworkTests(SmallColourRun run) : IClassFixture<SmallColourRun>
{
    [Fact]
    public async Task A_network_gives_pictures_the_classes_that_predict_gives_them()
    {
        using var place = new Workplace();
        var experiment = ApplicationTests.Experiment(run.Place, ColourRun.SpecFile);
        var outcome = await experiment.Run(new() { Data = run.Place.At("images"), Output = place.At("runs") });
        var expected = run.Place.Simclr("predict", ColourRun.SpecFile, "images/test", "--json").Json.EnumerateArray();
        Assert.Equal(
            expected.Select(static one =>
                (one.GetProperty("class").GetString()!, Math.Round(one.GetProperty("probability").GetDouble(), 4))
            ),
            outcome.Classifier!.Classify(run.Place.At("images/test")).Select(static one => (one.ClassName, Math.Round(one.Probability, 4)))
        );

        var exported = outcome.Classifier.ExportOnnx(place.At("network.onnx"));
        Assert.Equal("pictures: uint8 [batch, height, width, 3]", exported.Input);
        Assert.Throws<InvalidOperationException>(() => outcome.Stages[0].Network!.Classify(run.Place.At("images/test")));
        File.WriteAllText(place.At("broken.png"), "no picture");
        Assert.Throws<InputException>(() => outcome.Classifier.Classify(place.At("broken.png")));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named_and_nothing_is_written()
    {
        using var place = new Workplace();
        var experiment = ApplicationTests.Experiment(run.Place, ColourRun.SpecFile);
        var error = await Assert.ThrowsAsync<InputException>(() =>
            experiment.Run(new() { Data = place.At("no-such-folder"), Output = place.At("runs") })
        );
        Assert.Contains(place.At("no-such-folder"), error.Message);
        Assert.Empty(place.Contents());
    }
}

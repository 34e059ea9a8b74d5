using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>A run that is interrupted, however often, ends with the same bytes as one that is not.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    /// <summary>
    /// Every stage with momentum; a memory network that keeps a queue; a classifier trained beside; Adam's two moments; a moving average of
    /// the weights, and steps in several parts.
    /// </summary>
    public static TheoryData<IExperiment> Experiments() =>
        [
            new SimClrDsl.Experiments.Basic18.Experiment(),
            new SimClrDsl.Experiments.MemoryBoth.Experiment(),
            new SimClrDsl.Experiments.MemoryOnline.Experiment(),
            new SimClrDsl.Experiments.Adam18.Experiment(),
            new SimClrDsl.Experiments.Labelled18.Experiment(),
            new SimClrDsl.Experiments.MicroMemory.Experiment(),
        ];

    [Theory]
    [MemberData(nameof(Experiments))]
    public void An_interrupted_run_ends_with_the_bytes_of_an_undisturbed_one(IExperiment experiment)
    {
        var whole = RunFolder.Create(temp.Path, "whole", "1").Value();
        var broken = RunFolder.Create(temp.File("elsewhere"), "broken", "1").Value();
        Assert.True(IsFinished(experiment, whole, stepsAtATime: int.MaxValue));

        // Three steps at a time: within intervals of evaluation and of the curves, and across them.
        var (interruptions, steps) = (0, StageCost.Of(Plan.Of(experiment.Spec)).Sum(static cost => cost.Steps));
        while (!IsFinished(experiment, broken, stepsAtATime: 3))
        {
            Assert.True(++interruptions <= steps, "The run does not get on from one interruption to the next.");
        }

        Assert.True(interruptions > 2);
        Assert.NotEmpty(MetricsLog.OnlinePoints(whole.Metrics));
        Assert.Equal(Ends(whole), Ends(broken));
    }

    [Fact]
    public void What_is_written_while_training_goes_on_is_what_an_end_writes()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var (often, once) = (
            RunFolder.Create(temp.Path, "often", "1").Value(),
            RunFolder.Create(temp.File("elsewhere"), "once", "1").Value()
        );
        Assert.True(IsFinished(experiment, often, int.MaxValue, new(Keep: 1, TimeSpan.FromDays(1), EverySteps: 1)));
        Assert.True(IsFinished(experiment, once, int.MaxValue));
        Assert.Equal(Ends(once), Ends(often));
    }

    [Fact]
    public void A_killed_run_goes_on_from_its_newest_checkpoint_and_says_so()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var folder = RunFolder.Create(temp.Path, "killed", "1").Value();
        var killed = new Stopping(steps: 7, new StopRequest(), dies: true);
        Assert.Throws<InvalidOperationException>(() => Run(experiment, folder, killed, new(Keep: 2, TimeSpan.FromDays(1), EverySteps: 2)));
        Assert.Equal(["step-4.safetensors", "step-6.safetensors"], Checkpoints(folder, "pretrain"));

        var output = new StringWriter();
        var calm = new Stopping(int.MaxValue, new StopRequest());
        _ = Run(experiment, folder, calm, CheckpointPolicy.Default, output);
        Assert.Contains("pretrain: goes on after step 6", output.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(folder.File("checkpoints")));
    }

    [Fact]
    public void A_step_is_taken_again_from_the_newest_checkpoint_before_it()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var (killed, fresh) = (
            RunFolder.Create(temp.Path, "killed", "1").Value(),
            RunFolder.Create(temp.File("elsewhere"), "fresh", "1").Value()
        );
        var stopping = new Stopping(steps: 7, new StopRequest(), dies: true);
        Assert.Throws<InvalidOperationException>(() => Run(experiment, killed, stopping, new(2, TimeSpan.FromDays(1), EverySteps: 2)));
        foreach (var (step, after) in new[] { (4, 0), (5, 4), (6, 4), (9, 6) })
        {
            var again = Replayed(experiment, killed, step);
            Assert.Equal(after, again.After);
            // What a stage that was never interrupted computes, to the last digit.
            var undisturbed = Replayed(experiment, fresh, step);
            Assert.Equal((0, undisturbed.Loss, undisturbed.Accuracy), (undisturbed.After, again.Loss, again.Accuracy));
            Assert.Equal(undisturbed.Images!.Sheet.Pixels, again.Images!.Sheet.Pixels);
            Assert.Null(again.Fault);
        }
    }

    [Fact]
    public void A_stage_that_only_measures_has_no_step_to_take_again()
    {
        var folder = RunFolder.Create(temp.Path, "measuring", "1").Value();
        var mistake = Assert.Throws<InvalidOperationException>(() =>
            Replayed(new SimClrDsl.Experiments.Basic18.Experiment(), folder, step: 1, stage: "knn")
        );
        Assert.Equal("Stage 'knn' trains no network.", mistake.Message);
    }

    private static ReplayedStep Replayed(IExperiment experiment, RunFolder folder, int step, string stage = StageNames.Pretrain)
    {
        using var progress = new Progress(TextWriter.Null, live: null, TimeProvider.System);
        var options = SessionRun.Options(only: stage) with { Checkpoints = CheckpointPolicy.Default };
        var images = Datasets.Open(experiment.Images, Key.FromSeed(1).At("data")).Value();
        return Stage.Replay(experiment.Stages, new(options, images, Store(folder, "1"), Log: null, progress), step);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_used()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var folder = RunFolder.Create(temp.Path, "damaged", "1").Value();
        var killed = new Stopping(steps: 7, new StopRequest(), dies: true);
        Assert.Throws<InvalidOperationException>(() => Run(experiment, folder, killed, new(Keep: 2, TimeSpan.FromDays(1), EverySteps: 2)));
        var newest = Directory.GetFiles(folder.File("checkpoints"), "step-6.safetensors", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(newest);
        bytes[^1] ^= 1;
        File.WriteAllBytes(newest, bytes);

        var output = new StringWriter();
        _ = Run(experiment, folder, new(int.MaxValue, new StopRequest()), CheckpointPolicy.Default, output);
        Assert.Contains($"{newest} is not a whole safetensors file: its bytes are not those", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("pretrain: goes on after step 4", output.ToString(), StringComparison.Ordinal);

        var undisturbed = RunFolder.Create(temp.File("elsewhere"), "whole", "1").Value();
        Assert.True(IsFinished(experiment, undisturbed, int.MaxValue));
        Assert.Equal(Ends(undisturbed), Ends(folder));
    }

    [Fact]
    public void A_checkpoint_made_from_other_data_is_not_gone_on_from_and_not_lost()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var folder = RunFolder.Create(temp.Path, "changed", "1").Value();
        Assert.Throws<RunStoppedException>(() => Run(experiment, folder, new(4, new StopRequest()), CheckpointPolicy.Default, data: "1"));

        var output = new StringWriter();
        Assert.Throws<RunStoppedException>(() =>
            Run(experiment, folder, new(2, new StopRequest()), CheckpointPolicy.Default, output, data: "2")
        );
        Assert.Contains("pretrain: begins anew: interrupted before in", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("but unlabelled images changed since", output.ToString(), StringComparison.Ordinal);

        output = new StringWriter();
        _ = Run(experiment, folder, new(int.MaxValue, new StopRequest()), CheckpointPolicy.Default, output, data: "1");
        Assert.Contains("pretrain: goes on after step 4", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_room_for_checkpoints_training_goes_on_and_says_so()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var folder = RunFolder.Create(temp.Path, "full", "1").Value();
        // A file where the folder of checkpoints should be: it cannot be made, as on a full disk.
        var identity = Store(folder, "1").Identity("pretrain");
        File.WriteAllText(Path.Combine(folder.File("checkpoints"), $"pretrain-{identity.Digest()}"), "");
        var output = new StringWriter();
        _ = Run(experiment, folder, new(int.MaxValue, new StopRequest()), new(2, TimeSpan.FromDays(1), EverySteps: 4), output);
        Assert.Contains("pretrain: no checkpoint:", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Training goes on.", output.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Checkpoint("distill")));
    }

    [Fact]
    public void Run_again_an_interrupted_stage_starts_over()
    {
        var experiment = new SimClrDsl.Experiments.Basic18.Experiment();
        var folder = RunFolder.Create(temp.Path, "again", "1").Value();
        Assert.Throws<RunStoppedException>(() => Run(experiment, folder, new(4, new StopRequest()), CheckpointPolicy.Default));
        Assert.Single(Checkpoints(folder, "pretrain"));
        var output = new StringWriter();
        _ = Run(experiment, folder, new(int.MaxValue, new StopRequest()), CheckpointPolicy.Default, output, again: true);
        Assert.DoesNotContain("goes on", output.ToString(), StringComparison.Ordinal);
    }

    private static string[] Checkpoints(RunFolder folder, string stage) =>
        [
            .. Directory
                .GetDirectories(folder.File("checkpoints"), $"{stage}-*")
                .SelectMany(static own => Directory.GetFiles(own))
                .Select(static file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal),
        ];

    // Networks and curves, by the names of their files.
    private static SortedDictionary<string, string> Ends(RunFolder folder) =>
        new(
            Directory
                .GetFiles(folder.File("checkpoints"), "*", SearchOption.AllDirectories)
                .Append(folder.Metrics)
                .Append(folder.File("online.jsonl"))
                .ToDictionary(
                    file => Path.GetRelativePath(folder.Path, file),
                    static file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))
                ),
            StringComparer.Ordinal
        );

    private static bool IsFinished(IExperiment experiment, RunFolder folder, int stepsAtATime, CheckpointPolicy? policy = null)
    {
        try
        {
            _ = Run(experiment, folder, new(stepsAtATime, new StopRequest()), policy ?? CheckpointPolicy.Default);
            return true;
        }
        catch (RunStoppedException)
        {
            return false;
        }
    }

    private static StageStore Store(RunFolder folder, string data, bool again = false) =>
        new(
            folder,
            SessionRun.Hashes(SessionRun.Hash),
            again,
            SessionRun
                .Hashes(SessionRun.Hash)
                .Keys.ToDictionary(
                    static stage => stage,
                    IReadOnlyDictionary<string, string> (_) => new Dictionary<string, string> { ["unlabelled images"] = data }
                )
        );

    private static Results Run(
        IExperiment experiment,
        RunFolder folder,
        Stopping stopping,
        CheckpointPolicy policy,
        TextWriter? output = null,
        string data = "1",
        bool again = false
    )
    {
        using var log = new MetricsLog(folder.Metrics);
        using var progress = new Progress(output ?? TextWriter.Null, live: null, TimeProvider.System);
        var options = SessionRun.Options(only: null) with
        {
            Checkpoints = policy,
            Stop = stopping.Request,
            Watch = stopping,
            OnlineShare = 1,
        };
        var images = Datasets.Open(experiment.Images, Key.FromSeed(1).At("data")).Value();
        return Stage.RunAll(experiment.Stages, new(options, images, Store(folder, data, again), log, progress)).Results;
    }

    /// <summary>Asks the run to end, or lets it die, after so many steps.</summary>
    private sealed class Stopping(int steps, StopRequest request, bool dies = false) : ITrainingWatch
    {
        private int taken;

        internal StopRequest Request => request;

        public void Begin<TParams, TState>(Network<TParams, TState> network)
            where TParams : class, ITree<TParams>
            where TState : class, ITree<TState> { }

        public void Step(StepMetrics metrics)
        {
            taken++;
            if (taken == steps && dies)
            {
                throw new InvalidOperationException("The process is gone.");
            }

            if (taken == steps)
            {
                request.Raise("a test");
            }
        }
    }
}

using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Chain18 = SimClrDsl.Experiments.Chain18;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>What a stage takes over from the stages before it, and leaves as it is.</summary>
public sealed class HandoffTests : IDisposable
{
    private readonly SessionRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void Distillation_alone_uses_the_fine_tuned_checkpoint_and_gives_what_the_whole_run_gave()
    {
        var whole = run.Run(new Basic18.Experiment());
        var student = File.ReadAllBytes(run.Folder.Checkpoint(StageNames.Distill));
        File.Delete(run.Folder.Checkpoint(StageNames.Pretrain));
        File.Delete(run.Folder.Checkpoint(StageNames.Distill));

        var alone = run.Run(new Basic18.Experiment(), only: StageNames.Distill);
        Assert.Equal(whole.Rows[^1], Assert.Single(alone.Rows));
        Assert.Equal(student, File.ReadAllBytes(run.Folder.Checkpoint(StageNames.Distill)));
        Assert.Null(alone.Pretrain);
        Assert.False(File.Exists(run.Folder.Checkpoint(StageNames.Pretrain)));
    }

    [Theory]
    [InlineData(StageNames.Knn, StageNames.Pretrain)]
    [InlineData(StageNames.Linear, StageNames.Pretrain)]
    [InlineData(StageNames.Finetune, StageNames.Pretrain)]
    [InlineData(StageNames.Distill, StageNames.Finetune)]
    public void A_missing_checkpoint_names_its_path_and_the_stage_to_run(string only, string missing)
    {
        var error = Assert.Throws<InputException>(() => run.Run(new Basic18.Experiment(), only));
        Assert.Equal(
            $"stage '{only}' needs the network of stage '{missing}', but {run.Folder.Checkpoint(missing)} does not "
                + $"exist: run '{missing}' first.",
            error.Message
        );
    }

    [Fact]
    public void The_label_only_baseline_needs_no_checkpoint() =>
        Assert.Equal("label-only", Assert.Single(run.Run(new Basic18.Experiment(), only: StageNames.Supervised).Rows).Title);

    [Fact]
    public void A_checkpoint_of_another_stage_is_refused()
    {
        _ = run.Run(new Basic18.Experiment(), only: StageNames.Pretrain);
        var error = Assert.Throws<InputException>(() => run.Run(new Basic18.Experiment(), only: StageNames.Knn, hash: "87654321"));
        Assert.Contains($"stage_hash '{SessionRun.Hash}', this run needs '87654321'", error.Message, StringComparison.Ordinal);
    }

    // As a file of another program, or one that was converted by hand.
    [Theory]
    [InlineData("stage")]
    [InlineData("stage_hash")]
    public void A_checkpoint_that_does_not_say_what_it_is_of_is_refused(string left)
    {
        _ = run.Run(new Basic18.Experiment(), only: StageNames.Pretrain);
        var path = run.Folder.Checkpoint(StageNames.Pretrain);
        var metadata = Checkpoint
            .Metadata(path)
            .Value()
            .Where(pair => pair.Key != left)
            .ToDictionary(static pair => pair.Key, static pair => pair.Value);
        SafeTensors.Write(path, [.. SafeTensors.Read(path).Value().Tensors], metadata);
        var error = Assert.Throws<InputException>(() => run.Run(new Basic18.Experiment(), only: StageNames.Knn));
        Assert.Contains($"was saved with {left} '(none)', this run needs", error.Message, StringComparison.Ordinal);
    }

    // All that pretraining learned, to the bit, where it goes on being used; and a classifier that knows nothing yet.
    [Fact]
    public void Fine_tuning_starts_from_the_pretrained_network()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        var moved = Network.Of(p.Map(static leaf => leaf + 0.25), s.Map(static leaf => leaf + 0.5)); // as after training
        var watch = new FirstNetwork();
        using var log = new MetricsLog(run.Folder.Metrics);
        _ = new StageRun(
            SessionRun.Options(only: null) with
            {
                Watch = watch,
            },
            new StageStore(run.Folder, SessionRun.Hashes(SessionRun.Hash)),
            log,
            SessionRun.Silent
        ).Finetune(
            Synthetic.Data(side: 16, images: 32),
            Basic18.FinetunedNetwork.Model,
            () => Basic18.FinetuneStep.FromPretrained(new(moved.Params, moved.State)),
            Basic18.FinetuneStep.Step
        );
        var pretrained = moved.Leaves().ToDictionary(static leaf => leaf.Path, static leaf => leaf.Value.Floats());
        var kept = watch.Leaves.Where(static leaf => !leaf.Key.StartsWith("params.classifier.", StringComparison.Ordinal)).ToList();
        Assert.All(
            kept,
            leaf => Assert.Equal(pretrained[leaf.Key.Replace(".layer1.", ".head.layer1.", StringComparison.Ordinal)], leaf.Value)
        );
        Assert.Equal(
            pretrained.Keys.Count(static path =>
                !path.Contains("head.layer2", StringComparison.Ordinal) && !path.Contains("head.layer3", StringComparison.Ordinal)
            ),
            kept.Count
        );
        Assert.All(watch.Leaves.Except(kept).SelectMany(static leaf => leaf.Value), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void Fine_tuning_trains_a_copy_of_the_pretrained_network()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        var pretrained = new Trained<Pretrained, Basic18.ContrastiveNetwork.Params, Basic18.ContrastiveNetwork.State>(p, s);
        var leaves = Network.Of(p, s).Leaves();
        var before = leaves.Select(static leaf => leaf.Value.Floats()).ToList();

        using var log = new MetricsLog(run.Folder.Metrics);
        var finetuned = run.Stages(log, only: null, SessionRun.Hashes(SessionRun.Hash))
            .Finetune(
                Synthetic.Data(side: 16, images: 32),
                Basic18.FinetunedNetwork.Model,
                () => Basic18.FinetuneStep.FromPretrained(pretrained),
                Basic18.FinetuneStep.Step
            )();

        Assert.Equal(before, leaves.Select(static leaf => leaf.Value.Floats()));
        Assert.NotEqual(p.Encoder.Stem.Conv.Norm.Shift.Floats(), finetuned.Params.Encoder.Stem.Conv.Norm.Shift.Floats());
    }

    // Both forms of linear evaluation: features computed once, and of augmented images at every step.
    [Fact]
    public void Linear_evaluation_leaves_the_encoder_as_it_is_to_the_bit()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        var (q, t) = Trials.Fresh(Key.FromSeed(2), Bottleneck50.ContrastiveNetwork.Init, Bottleneck50.ContrastiveNetwork.Start);
        var (once, every) = (new Copied(Network.Of(p, s).Leaves()), new Copied(Network.Of(q, t).Leaves()));

        using var log = new MetricsLog(run.Folder.Metrics);
        var session = run.Stages(log, only: null, SessionRun.Hashes(SessionRun.Hash));
        session.Linear(
            StageRun.Frozen(x => Basic18.Encoder.Infer(p.Encoder, s.Encoder, x)),
            Synthetic.Data(side: 16, images: 32),
            () => Dense.Zeros(inputs: 64, classes: 4),
            Basic18.LinearStep.Step
        );
        once.AssertSame();

        var other = run.Stages(log, only: null, SessionRun.Hashes("87654321"));
        other.Linear(
            StageRun.Frozen(x => Bottleneck50.Encoder.Infer(q.Encoder, t.Encoder, x)),
            Synthetic.Data(side: 32, images: 32),
            () => Dense.Zeros(inputs: 256, classes: 4),
            Bottleneck50.LinearStep.With
        );
        every.AssertSame();
        Assert.Equal(["linear", "linear"], session.Results.Rows.Concat(other.Results.Rows).Select(static row => row.Title));
    }

    [Fact]
    public void Teachers_stay_as_they_are_to_the_bit()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Chain18.FinetunedNetwork.Init, Chain18.FinetunedNetwork.Start);
        var first = new Copied(Network.Of(p, s).Leaves());
        var data = Synthetic.Data(side: 16, images: 32);

        using var log = new MetricsLog(run.Folder.Metrics);
        var session = run.Stages(log, only: null, SessionRun.Hashes(SessionRun.Hash));
        var selfDistilled = session.SelfDistill(
            StageRun.Frozen(x => Chain18.FinetunedNetwork.Infer(p, s, x)),
            data,
            Chain18.SelfDistilledNetwork.Model,
            Chain18.SelfDistillStep.With,
            labelBatch: 16
        );
        first.AssertSame();

        var (q, t) = selfDistilled();
        var second = new Copied(Network.Of(q, t).Leaves());
        _ = session.Distill(
            StageRun.Frozen(x => Chain18.SelfDistilledNetwork.Infer(q, t, x)),
            data,
            Chain18.StudentNetwork.Model,
            Chain18.DistillStep.With
        );
        second.AssertSame();
    }

    /// <summary>Leaves with their numbers at one time.</summary>
    private sealed class Copied(IReadOnlyList<Leaf> leaves)
    {
        private readonly List<float[]> before = [.. leaves.Select(static leaf => leaf.Value.Floats())];

        public void AssertSame() => Assert.Equal(before, leaves.Select(static leaf => leaf.Value.Floats()));
    }

    private sealed class FirstNetwork : ITrainingWatch
    {
        internal Dictionary<string, float[]> Leaves { get; } = [];

        public void Begin<TParams, TState>(Network<TParams, TState> network)
            where TParams : class, ITree<TParams>
            where TState : class, ITree<TState>
        {
            foreach (var leaf in network.Leaves())
            {
                Leaves.Add(leaf.Path, leaf.Value.Floats());
            }
        }

        public void Step(StepMetrics metrics) { }
    }
}

using static TorchSharp.torch;
using Adam18 = SimClrDsl.Experiments.Adam18;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Chain18 = SimClrDsl.Experiments.Chain18;
using Labelled18 = SimClrDsl.Experiments.Labelled18;
using MemoryBoth = SimClrDsl.Experiments.MemoryBoth;
using OnlineEncoder = SimClrDsl.Experiments.OnlineEncoder;

namespace SimClrDsl.Runtime.Tests.Pipeline;

/// <summary>Whole generated experiments in a temporary run folder.</summary>
public sealed class SessionTests : IDisposable
{
    private const string Hash = "12345678";

    private readonly TempFolder temp = new();

    private RunFolder Folder => RunFolder.Create(temp.Path, "basic-18", Hash);

    public void Dispose() => temp.Dispose();

    [Fact]
    public void All_six_stages_measure_save_and_log()
    {
        var results = Run(new Basic18.Experiment());
        Assert.Equal(["kNN", "linear", "label-only", "fine-tuned", "distilled"], results.Rows.Select(static row => row.Stage));
        Assert.All(results.Rows, static row => Assert.InRange(row.Top1!.Value, 0, 1));
        Assert.True(results.Pretrain is { ImagesPerSecond: > 0 } and { FinalLoss: > 0 });
        var top1 = results.Top1(earlier: null);
        Assert.DoesNotContain(null, new[] { top1.Knn, top1.Linear, top1.LabelOnly, top1.FineTuned, top1.Distilled });

        foreach (var stage in new[] { Stages.Pretrain, Stages.Finetune, Stages.Distill })
        {
            var metadata = Checkpoint.Metadata(Folder.Checkpoint(stage));
            Assert.Equal((stage, Hash), (metadata["stage"], metadata["stage_hash"]));
        }

        var log = File.ReadAllText(Folder.Metrics);
        string[] logged = [Stages.Pretrain, Stages.Linear, Stages.Supervised, Stages.Finetune, Stages.Distill];
        Assert.All(logged, stage => Assert.Contains($"\"stage\":\"{stage}\"", log, StringComparison.Ordinal));
    }

    [Fact]
    public void Other_forms_of_the_stages_run_too() =>
        Assert.Equal(["linear", "fine-tuned", "distilled"], Run(new Bottleneck50.Experiment()).Rows.Select(static row => row.Stage));

    [Fact]
    public void A_chain_of_teachers_hands_on_the_self_distilled_network()
    {
        var whole = Run(new Chain18.Experiment());
        Assert.Equal(["fine-tuned", "self-distilled", "distilled"], whole.Rows.Select(static row => row.Stage));
        Assert.NotNull(whole.Top1(earlier: null).SelfDistilled);

        // The student needs its teacher's network and no earlier one.
        var student = File.ReadAllBytes(Folder.Checkpoint(Stages.Distill));
        File.Delete(Folder.Checkpoint(Stages.Finetune));
        Assert.Equal(whole.Rows[^1], Assert.Single(Run(new Chain18.Experiment(), only: Stages.Distill).Rows));
        Assert.Equal(student, File.ReadAllBytes(Folder.Checkpoint(Stages.Distill)));

        File.Delete(Folder.Checkpoint(Stages.SelfDistill));
        var error = Assert.Throws<InputException>(() => Run(new Chain18.Experiment(), only: Stages.Distill));
        Assert.Contains("stage 'distill' needs the network of stage 'self_distill'", error.Message, StringComparison.Ordinal);
    }

    // 48 labels for the baseline, of which fine-tuning has 24; distillation sees those 24 alone.
    [Fact]
    public void A_stage_can_have_labels_of_its_own_and_classifiers_have_top_5()
    {
        var rows = Run(new Labelled18.Experiment()).Rows;
        Assert.Equal(["label-only", "fine-tuned", "distilled"], rows.Select(static row => row.Stage));
        Assert.All(rows, static row => Assert.InRange(row.Top5!.Value, row.Top1!.Value, 1));
        Assert.Equal("48 labels from scratch, rate 0.001, step 7 of 7", rows[0].Protocol);
        Assert.Equal("student, 24 labelled images, 5 steps, last step", rows[2].Protocol);

        var data = Datasets.Open(new Labelled18.Experiment().Images, Key.FromSeed(1).At("data"));
        var more = data.WithLabels(48).Labelled;
        Assert.Equal((24, 48), (data.Labelled.Count, more.Count));
        Assert.All(Enumerable.Range(0, 6), label => Assert.Equal(8, more.Classes().Count(given => given == label)));
        var error = Assert.Throws<InputException>(() => data.WithLabels(5000));
        Assert.Contains("evaluate.supervised.labels asks for 5000 labelled images, but only 1024", error.Message, StringComparison.Ordinal);
    }

    // Both forms of linear evaluation: features computed once, and of augmented images at every step.
    [Fact]
    public void Linear_evaluation_leaves_the_encoder_as_it_is_to_the_bit()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        var (q, t) = Trials.Fresh(Key.FromSeed(2), Bottleneck50.ContrastiveNetwork.Init, Bottleneck50.ContrastiveNetwork.Start);
        var (once, every) = (new Copied(Network.Of(p, s).Leaves()), new Copied(Network.Of(q, t).Leaves()));

        using var log = new MetricsLog(Folder.Metrics);
        var session = Session(log, only: null, Hashes(Hash));
        session.Linear(
            new Handoff<Frozen>(() => new(x => Basic18.Encoder.Infer(p.Encoder, s.Encoder, x))),
            Synthetic.Data(side: 16, images: 32),
            () => Dense.Zeros(inputs: 64, classes: 4),
            Basic18.LinearStep.Step
        );
        once.AssertSame();

        var other = Session(log, only: null, Hashes("87654321"));
        other.Linear(
            new Handoff<Frozen>(() => new(x => Bottleneck50.Encoder.Infer(q.Encoder, t.Encoder, x))),
            Synthetic.Data(side: 32, images: 32),
            () => Dense.Zeros(inputs: 256, classes: 4),
            Bottleneck50.LinearStep.With
        );
        every.AssertSame();
        Assert.Equal(["linear", "linear"], session.Results.Rows.Concat(other.Results.Rows).Select(static row => row.Stage));
    }

    [Fact]
    public void Teachers_stay_as_they_are_to_the_bit()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Chain18.FinetunedNetwork.Init, Chain18.FinetunedNetwork.Start);
        var finetuned = new Handoff<FineTuned<Chain18.FinetunedNetwork.Params, Chain18.FinetunedNetwork.State>>(() => new(p, s));
        var first = new Copied(Network.Of(p, s).Leaves());
        var data = Synthetic.Data(side: 16, images: 32);

        using var log = new MetricsLog(Folder.Metrics);
        var session = Session(log, only: null, Hashes(Hash));
        var selfDistilled = session.SelfDistill(
            finetuned.Freeze(Chain18.FinetunedNetwork.Infer),
            data,
            Chain18.SelfDistilledNetwork.Init,
            Chain18.SelfDistilledNetwork.Start,
            Chain18.SelfDistillStep.With,
            session.SelfDistillBatches(data, batch: 16, labelBatch: 16),
            Chain18.SelfDistilledNetwork.Infer
        );
        first.AssertSame();

        var second = new Copied(Network.Of(selfDistilled.Value.Params, selfDistilled.Value.State).Leaves());
        _ = session.Distill(
            selfDistilled.Freeze(Chain18.SelfDistilledNetwork.Infer),
            data,
            Chain18.StudentNetwork.Init,
            Chain18.StudentNetwork.Start,
            Chain18.DistillStep.With,
            session.DistillBatches(data, batch: 16),
            Chain18.StudentNetwork.Infer
        );
        second.AssertSame();
    }

    /// <summary>Leaves with their numbers at one time.</summary>
    private sealed class Copied(IReadOnlyList<Leaf> leaves)
    {
        private readonly List<float[]> before = [.. leaves.Select(static leaf => leaf.Value.Floats())];

        public void AssertSame() => Assert.Equal(before, leaves.Select(static leaf => leaf.Value.Floats()));
    }

    [Fact]
    public void A_memory_is_saved_with_its_network_and_read_back()
    {
        var whole = Run(new MemoryBoth.Experiment());
        var saved = SafeTensors.Read(Folder.Checkpoint(Stages.Pretrain)).Tensors;
        Assert.Equal([96, 16], saved["state.memory.queue"].shape);
        Assert.Contains("state.encoder.stem.conv.mean", saved.Keys);
        Assert.Equal(whole.Rows[^1], Assert.Single(Run(new MemoryBoth.Experiment(), only: Stages.Knn).Rows));
    }

    [Fact]
    public void Averaged_weights_are_what_is_measured_and_handed_on()
    {
        var whole = Run(new Adam18.Experiment());
        Assert.Equal(["kNN", "fine-tuned", "distilled"], whole.Rows.Select(static row => row.Stage));
        var saved = SafeTensors.Read(Folder.Checkpoint(Stages.Finetune)).Tensors;
        var classifier = "encoder.stem.conv.kernel";
        Assert.NotEqual(saved[$"params.{classifier}"].Floats(), saved[$"state.average.{classifier}"].Floats());
        Assert.Contains($"state.squares.{classifier}", saved.Keys);

        // Evaluated from the checkpoint by hand, with the averaged weights.
        var template = Trials.Fresh(
            Key.FromSeed(1),
            Adam18.FinetunedNetwork.Init,
            p => Adam18.FinetuneStep.Carry(p, Adam18.FinetunedNetwork.Start(p))
        );
        var (_, carried) = Checkpoint.Load(Folder.Checkpoint(Stages.Finetune), template);
        var test = Datasets.Open(new Adam18.Experiment().Images, Key.FromSeed(1).At("data")).Test;
        var frozen = new Frozen(x => Adam18.FinetunedNetwork.Infer(carried.Average, carried.Network, x));
        var logits = Evaluation.Features(frozen, test, CPU, ScalarType.Float32);
        Assert.Equal(whole.Rows[1].Top1, Accuracy.Of(logits.Values, logits.Labels).Top1);
    }

    [Fact]
    public void A_classifier_beside_pretraining_is_a_result_of_its_own()
    {
        var row = Run(new OnlineEncoder.Experiment()).Rows[0];
        Assert.Equal("online linear", row.Stage);
        Assert.InRange(row.Top1!.Value, 0, 1);
        Assert.Equal("labels of 64 images, trained beside the network on its features without gradient, last step", row.Protocol);
    }

    [Fact]
    public void Distillation_alone_uses_the_fine_tuned_checkpoint_and_gives_what_the_whole_run_gave()
    {
        var whole = Run(new Basic18.Experiment());
        var student = File.ReadAllBytes(Folder.Checkpoint(Stages.Distill));
        File.Delete(Folder.Checkpoint(Stages.Pretrain));
        File.Delete(Folder.Checkpoint(Stages.Distill));

        var alone = Run(new Basic18.Experiment(), only: Stages.Distill);
        Assert.Equal(whole.Rows[^1], Assert.Single(alone.Rows));
        Assert.Equal(student, File.ReadAllBytes(Folder.Checkpoint(Stages.Distill)));
        Assert.Null(alone.Pretrain);
        Assert.False(File.Exists(Folder.Checkpoint(Stages.Pretrain)));
    }

    [Theory]
    [InlineData(Stages.Knn, Stages.Pretrain)]
    [InlineData(Stages.Linear, Stages.Pretrain)]
    [InlineData(Stages.Finetune, Stages.Pretrain)]
    [InlineData(Stages.Distill, Stages.Finetune)]
    public void A_missing_checkpoint_names_its_path_and_the_stage_to_run(string only, string missing)
    {
        var error = Assert.Throws<InputException>(() => Run(new Basic18.Experiment(), only));
        Assert.Equal(
            $"stage '{only}' needs the network of stage '{missing}', but {Folder.Checkpoint(missing)} does not exist: run '{missing}' first.",
            error.Message
        );
    }

    [Fact]
    public void The_label_only_baseline_needs_no_checkpoint() =>
        Assert.Equal("label-only", Assert.Single(Run(new Basic18.Experiment(), only: Stages.Supervised).Rows).Stage);

    [Fact]
    public void A_checkpoint_of_another_stage_is_refused()
    {
        _ = Run(new Basic18.Experiment(), only: Stages.Pretrain);
        var error = Assert.Throws<InputException>(() => Run(new Basic18.Experiment(), only: Stages.Knn, hash: "87654321"));
        Assert.Contains($"stage_hash '{Hash}', this run needs '87654321'", error.Message, StringComparison.Ordinal);
    }

    // As a file of another program, or one that was converted by hand.
    [Theory]
    [InlineData("stage")]
    [InlineData("stage_hash")]
    public void A_checkpoint_that_does_not_say_what_it_is_of_is_refused(string left)
    {
        _ = Run(new Basic18.Experiment(), only: Stages.Pretrain);
        var path = Folder.Checkpoint(Stages.Pretrain);
        var metadata = Checkpoint
            .Metadata(path)
            .Where(pair => pair.Key != left)
            .ToDictionary(static pair => pair.Key, static pair => pair.Value);
        SafeTensors.Write(path, [.. SafeTensors.Read(path).Tensors], metadata);
        var error = Assert.Throws<InputException>(() => Run(new Basic18.Experiment(), only: Stages.Knn));
        Assert.Contains($"was saved with {left} '(none)', this run needs", error.Message, StringComparison.Ordinal);
    }

    // All that pretraining learned, to the bit, where it goes on being used; and a classifier that knows nothing yet.
    [Fact]
    public void Fine_tuning_starts_from_the_pretrained_network()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        var moved = Network.Of(p.Map(static leaf => leaf + 0.25), s.Map(static leaf => leaf + 0.5)); // as after training
        var watch = new FirstNetwork();
        using var log = new MetricsLog(Folder.Metrics);
        _ = new Session(
            new(Seed: 1, CPU, ScalarType.Float32, Only: null, Watch: watch),
            new StageStore(Folder, Hashes(Hash)),
            log,
            new Progress(TextWriter.Null, live: null, TimeProvider.System)
        ).Finetune(
            Synthetic.Data(side: 16, images: 32),
            Basic18.FinetunedNetwork.Init,
            Basic18.FinetunedNetwork.Start,
            () => Basic18.FinetuneStep.Begin(new(moved.Params, moved.State)),
            Basic18.FinetuneStep.Step,
            Basic18.FinetunedNetwork.Infer
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

    [Fact]
    public void Fine_tuning_trains_a_copy_of_the_pretrained_network()
    {
        var (p, s) = Trials.Fresh(Key.FromSeed(1), Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        var pretrained = new Pretrained<Basic18.ContrastiveNetwork.Params, Basic18.ContrastiveNetwork.State>(p, s);
        var leaves = Network.Of(p, s).Leaves();
        var before = leaves.Select(static leaf => leaf.Value.Floats()).ToList();

        using var log = new MetricsLog(Folder.Metrics);
        var finetuned = Session(log, only: null, Hashes(Hash))
            .Finetune(
                Synthetic.Data(side: 16, images: 32),
                Basic18.FinetunedNetwork.Init,
                Basic18.FinetunedNetwork.Start,
                () => Basic18.FinetuneStep.Begin(pretrained),
                Basic18.FinetuneStep.Step,
                Basic18.FinetunedNetwork.Infer
            )
            .Value;

        Assert.Equal(before, leaves.Select(static leaf => leaf.Value.Floats()));
        Assert.NotEqual(p.Encoder.Stem.Conv.Norm.Shift.Floats(), finetuned.Params.Encoder.Stem.Conv.Norm.Shift.Floats());
    }

    [Fact]
    public void Finished_stages_do_not_run_again()
    {
        var first = Run(new Basic18.Experiment());
        var files = Directory
            .GetFiles(Folder.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(static file => file, File.GetLastWriteTimeUtc);
        var second = Run(new Basic18.Experiment());
        Assert.Equal(first.Rows, second.Rows);
        Assert.Equal(first.Pretrain, second.Pretrain);
        Assert.All(files, static file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public void A_stage_that_another_run_finished_is_taken_from_there()
    {
        var first = Run(new Basic18.Experiment());
        var other = RunFolder.Create(temp.Path, "other", Hash);
        var changed = Hashes(Hash)
            .ToDictionary(static pair => pair.Key, static pair => pair.Key is Stages.Finetune or Stages.Distill ? "87654321" : pair.Value);
        var second = Run(new Basic18.Experiment(), other, only: null, changed);

        // The same network from the same pretraining, trained here: only what differs was run.
        Assert.Equal(first.Rows, second.Rows);
        Assert.False(File.Exists(other.Checkpoint(Stages.Pretrain)));
        Assert.True(File.Exists(other.Checkpoint(Stages.Finetune)));
        Assert.Equal(
            SafeTensors.Read(Folder.Checkpoint(Stages.Finetune)).Tensors.Keys,
            SafeTensors.Read(other.Checkpoint(Stages.Finetune)).Tensors.Keys
        );
        Assert.DoesNotContain("\"stage\":\"pretrain\"", File.ReadAllText(other.Metrics), StringComparison.Ordinal);

        // And a stage that is asked for by name finds the network it goes on from.
        Assert.Equal(first.Rows[0], Assert.Single(Run(new Basic18.Experiment(), other, only: Stages.Knn, changed).Rows));
    }

    [Fact]
    public void Asked_to_run_again_stages_do_and_their_curves_begin_anew()
    {
        var first = Run(new Basic18.Experiment(), only: Stages.Pretrain);
        var (before, written) = (File.ReadAllLines(Folder.Metrics).Length, File.GetLastWriteTimeUtc(Folder.Checkpoint(Stages.Pretrain)));
        var again = Run(new Basic18.Experiment(), Folder, only: null, Hashes(Hash), again: true);
        Assert.Equal(first.Pretrain!.FinalLoss, again.Pretrain!.FinalLoss);
        Assert.True(File.GetLastWriteTimeUtc(Folder.Checkpoint(Stages.Pretrain)) > written);
        Assert.Equal(
            before,
            File.ReadAllLines(Folder.Metrics).Count(static line => line.Contains("\"stage\":\"pretrain\"", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"stage\": \"pre")]
    [InlineData("null")]
    public void A_damaged_note_of_a_finished_stage_is_none(string text)
    {
        _ = Run(new Basic18.Experiment(), only: Stages.Pretrain);
        File.WriteAllText(Folder.StageFile(Stages.Pretrain), text);
        Assert.Null(FinishedStages.Find(temp.Path, Stages.Pretrain, Hash));
    }

    [Fact]
    public void A_finished_stage_without_its_network_is_none()
    {
        _ = Run(new Basic18.Experiment(), only: Stages.Pretrain);
        Assert.NotNull(FinishedStages.Find(temp.Path, Stages.Pretrain, Hash));
        File.Delete(Folder.Checkpoint(Stages.Pretrain));
        Assert.Null(FinishedStages.Find(temp.Path, Stages.Pretrain, Hash));
    }

    private static Dictionary<string, string> Hashes(string hash) => Stages.All.ToDictionary(static stage => stage, _ => hash);

    private Results Run(IExperiment experiment, string? only = null, string hash = Hash) => Run(experiment, Folder, only, Hashes(hash));

    private static Results Run(
        IExperiment experiment,
        RunFolder folder,
        string? only,
        Dictionary<string, string> hashes,
        bool again = false
    )
    {
        using var log = new MetricsLog(folder.Metrics);
        var session = Session(folder, log, only, hashes, again);
        experiment.Run(session, Datasets.Open(experiment.Images, Key.FromSeed(1).At("data")));
        return session.Results;
    }

    private Session Session(MetricsLog log, string? only, Dictionary<string, string> hashes) =>
        Session(Folder, log, only, hashes, again: false);

    private static Session Session(RunFolder folder, MetricsLog log, string? only, Dictionary<string, string> hashes, bool again) =>
        new(
            new(Seed: 1, CPU, ScalarType.Float32, only),
            new StageStore(folder, hashes, again),
            log,
            new Progress(TextWriter.Null, live: null, TimeProvider.System)
        );
}

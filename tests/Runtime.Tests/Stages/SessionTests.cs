using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;
using Adam18 = SimClrDsl.Experiments.Adam18;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Chain18 = SimClrDsl.Experiments.Chain18;
using Labelled18 = SimClrDsl.Experiments.Labelled18;
using MemoryBoth = SimClrDsl.Experiments.MemoryBoth;
using OnlineEncoder = SimClrDsl.Experiments.OnlineEncoder;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Whole generated experiments in a temporary run folder.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly SessionRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void All_six_stages_measure_save_and_log()
    {
        var results = run.Run(new Basic18.Experiment());
        Assert.Equal(["kNN", "linear", "label-only", "fine-tuned", "distilled"], results.Rows.Select(static row => row.Title));
        Assert.All(results.Rows, static row => Assert.InRange(row.Top1!.Value, 0, 1));
        Assert.True(results.Pretrain is { ImagesPerSecond: > 0 } and { FinalLoss: > 0 });
        var top1 = results.Top1(earlier: null);
        Assert.DoesNotContain(null, new[] { top1.Knn, top1.Linear, top1.LabelOnly, top1.FineTuned, top1.Distilled });

        foreach (var stage in new[] { StageNames.Pretrain, StageNames.Finetune, StageNames.Distill })
        {
            var metadata = Checkpoint.Metadata(run.Folder.Checkpoint(stage)).Value();
            Assert.Equal((stage, SessionRun.Hash), (metadata["stage"], metadata["stage_hash"]));
        }

        var log = File.ReadAllText(run.Folder.Metrics);
        string[] logged = [StageNames.Pretrain, StageNames.Linear, StageNames.Supervised, StageNames.Finetune, StageNames.Distill];
        Assert.All(logged, stage => Assert.Contains($"\"stage\":\"{stage}\"", log, StringComparison.Ordinal));
    }

    [Fact]
    public void Other_forms_of_the_stages_run() =>
        Assert.Equal(["linear", "fine-tuned", "distilled"], run.Run(new Bottleneck50.Experiment()).Rows.Select(static row => row.Title));

    [Fact]
    public void A_chain_of_teachers_hands_on_the_self_distilled_network()
    {
        var whole = run.Run(new Chain18.Experiment());
        Assert.Equal(["fine-tuned", "self-distilled", "distilled"], whole.Rows.Select(static row => row.Title));
        Assert.NotNull(whole.Top1(earlier: null).SelfDistilled);

        // The student needs its teacher's network and no earlier one.
        var student = File.ReadAllBytes(run.Folder.Checkpoint(StageNames.Distill));
        File.Delete(run.Folder.Checkpoint(StageNames.Finetune));
        Assert.Equal(whole.Rows[^1], Assert.Single(run.Run(new Chain18.Experiment(), only: StageNames.Distill).Rows));
        Assert.Equal(student, File.ReadAllBytes(run.Folder.Checkpoint(StageNames.Distill)));

        File.Delete(run.Folder.Checkpoint(StageNames.SelfDistill));
        var error = Assert.Throws<InputException>(() => run.Run(new Chain18.Experiment(), only: StageNames.Distill));
        Assert.Contains("stage 'distill' needs the network of stage 'self_distill'", error.Message, StringComparison.Ordinal);
    }

    // 48 labels for the baseline, of which fine-tuning has 24; distillation sees those 24 alone.
    [Fact]
    public void A_stage_can_have_labels_of_its_own_and_classifiers_have_top_5()
    {
        var rows = run.Run(new Labelled18.Experiment()).Rows;
        Assert.Equal(["label-only", "fine-tuned", "distilled"], rows.Select(static row => row.Title));
        Assert.All(rows, static row => Assert.InRange(row.Top5!.Value, row.Top1!.Value, 1));
        Assert.Equal("48 labels from scratch, rate 0.001, step 7 of 7", rows[0].Protocol);
        Assert.Equal("student, 24 labelled images, 5 steps, last step", rows[2].Protocol);

        var data = Datasets.Open(new Labelled18.Experiment().Images, Key.FromSeed(1).At("data")).Value();
        var more = data.WithLabels(48).Value().Labelled;
        Assert.Equal((24, 48), (data.Labelled.Count, more.Count));
        Assert.All(Enumerable.Range(0, 6), label => Assert.Equal(8, more.Classes().Count(given => given == label)));
        var error = data.WithLabels(5000).Error();
        Assert.Contains("evaluate.supervised.labels asks for 5000 labelled images, but only 1024", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_memory_is_saved_with_its_network_and_read_back()
    {
        var whole = run.Run(new MemoryBoth.Experiment());
        var saved = SafeTensors.Read(run.Folder.Checkpoint(StageNames.Pretrain)).Value().Tensors;
        Assert.Equal([96, 16], saved["state.memory.queue"].shape);
        Assert.Contains("state.encoder.stem.conv.mean", saved.Keys);
        Assert.Equal(whole.Rows[^1], Assert.Single(run.Run(new MemoryBoth.Experiment(), only: StageNames.Knn).Rows));
    }

    [Fact]
    public void Averaged_weights_are_what_is_measured_and_handed_on()
    {
        var whole = run.Run(new Adam18.Experiment());
        Assert.Equal(["kNN", "fine-tuned", "distilled"], whole.Rows.Select(static row => row.Title));
        var saved = SafeTensors.Read(run.Folder.Checkpoint(StageNames.Finetune)).Value().Tensors;
        var classifier = "encoder.stem.conv.kernel";
        Assert.NotEqual(saved[$"params.{classifier}"].Floats(), saved[$"state.average.{classifier}"].Floats());
        Assert.Contains($"state.squares.{classifier}", saved.Keys);

        // Evaluated from the checkpoint by hand, with the averaged weights.
        var template = Trials.Fresh(
            Key.FromSeed(1),
            Adam18.FinetunedNetwork.Init,
            p => Adam18.FinetuneStep.Carry(p, Adam18.FinetunedNetwork.Start(p))
        );
        var (_, carried) = Checkpoint.Load(run.Folder.Checkpoint(StageNames.Finetune), template).Value();
        var test = Datasets.Open(new Adam18.Experiment().Images, Key.FromSeed(1).At("data")).Value().Test;
        var frozen = new Frozen(x => Adam18.FinetunedNetwork.Infer(carried.Average, carried.Network, x));
        var logits = Evaluation.Features(frozen, test, CPU, ScalarType.Float32);
        Assert.Equal(whole.Rows[1].Top1, Accuracy.Of(logits.Values, logits.Labels).Top1);
    }

    [Fact]
    public void A_classifier_beside_pretraining_is_a_result_of_its_own()
    {
        var row = run.Run(new OnlineEncoder.Experiment()).Rows[0];
        Assert.Equal("online linear", row.Title);
        Assert.InRange(row.Top1!.Value, 0, 1);
        Assert.Equal("labels of 64 images, trained beside the network on its features without gradient, last step", row.Protocol);
    }
}

using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Counts the tensors of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryCollection;

/// <summary>A step leaves as many tensors behind as it found, whatever it made on the way.</summary>
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    private const int Steps = 30;

    [Fact]
    public void Pretraining_leaves_no_tensors_behind() => KeepsItsTensors(Trials.Pretrain);

    [Fact]
    public void Pretraining_with_a_memory_leaves_no_tensors_behind() => KeepsItsTensors(MemoryTrials.Both);

    [Fact]
    public void Pretraining_with_a_memory_of_one_direction_leaves_no_tensors_behind() => KeepsItsTensors(MemoryTrials.First);

    [Fact]
    public void Pretraining_with_a_memory_and_online_features_leaves_no_tensors_behind() => KeepsItsTensors(MemoryTrials.Online);

    [Fact]
    public void Pretraining_with_blocks_run_again_leaves_no_tensors_behind() => KeepsItsTensors(RecomputeTrials.Pretrain);

    [Fact]
    public void Pretraining_with_selective_kernels_run_again_leaves_no_tensors_behind() => KeepsItsTensors(RecomputeTrials.Selective);

    [Fact]
    public void Pretraining_in_microbatches_with_blocks_run_again_leaves_no_tensors_behind() => KeepsItsTensors(MicrobatchTrials.Four);

    [Fact]
    public void Pretraining_in_microbatches_with_a_memory_leaves_no_tensors_behind() => KeepsItsTensors(MicrobatchTrials.Memory);

    [Fact]
    public void Pretraining_in_a_microbatch_with_a_classifier_leaves_no_tensors_behind() => KeepsItsTensors(MicrobatchTrials.Online);

    [Fact]
    public void Pretraining_with_Adam_clipping_averages_and_a_memory_leaves_no_tensors_behind() => KeepsItsTensors(AdamTrials.Pretrain);

    [Fact]
    public void Fine_tuning_with_Adam_and_averages_leaves_no_tensors_behind() => KeepsItsTensors(AdamTrials.Finetune);

    [Fact]
    public void Distillation_with_clipping_and_averages_leaves_no_tensors_behind() =>
        KeepsItsTensors(AdamTrials.Distill(Trials.Teacher().Teacher));

    [Fact]
    public void Pretraining_with_a_classifier_beside_it_leaves_no_tensors_behind() => KeepsItsTensors(OnlineTests.OnEncoder);

    [Fact]
    public void Pretraining_with_a_classifier_a_memory_and_averages_leaves_no_tensors_behind() => KeepsItsTensors(OnlineTests.OnHead);

    [Fact]
    public void Fine_tuning_leaves_no_tensors_behind() => KeepsItsTensors(Trials.Finetune);

    [Fact]
    public void Fine_tuning_in_microbatches_leaves_no_tensors_behind() => KeepsItsTensors(PartsTrials.Finetune);

    [Fact]
    public void Distillation_in_microbatches_leaves_no_tensors_behind() => KeepsItsTensors(PartsTrials.Distill(Trials.Teacher().Teacher));

    [Fact]
    public void The_label_only_baseline_leaves_no_tensors_behind() => KeepsItsTensors(Trials.LabelOnly);

    [Fact]
    public void Linear_evaluation_leaves_no_tensors_behind() => KeepsItsTensors(Trials.Linear);

    [Fact]
    public void Linear_evaluation_with_augmentation_leaves_no_tensors_behind() =>
        KeepsItsTensors(Trials.LinearUnder(Trials.Encoder().Encoder));

    [Fact]
    public void Distillation_leaves_no_tensors_behind() => KeepsItsTensors(Trials.Distill(Trials.Teacher().Teacher));

    [Fact]
    public void Distillation_with_labels_leaves_no_tensors_behind() =>
        KeepsItsTensors(Trials.DistillWithLabels(Trials.BottleneckTeacher().Teacher));

    [Fact]
    public void Evaluation_frees_all_but_its_result()
    {
        var (teacher, _) = Trials.Teacher();
        var images = Synthetic.Data(side: 16, images: 32).Test;
        var before = LiveTensors.Settled();
        var features = Evaluation.Features(teacher, images, CPU, ScalarType.Float32);
        Assert.Equal(before + 2, Tensor.TotalCount);
        _ = Knn.Measure(features, features, classes: 4, k: 3, temperature: 0.1);
        Assert.Equal(before + 2, Tensor.TotalCount);
        GC.KeepAlive(features);
    }

    private static void KeepsItsTensors<TParams, TState, TBatch>(Trial<TParams, TState, TBatch> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        // The first step makes what is kept for good; the second lets go of what the first one's locals held.
        var state = trial.Fold(trial.Start(), until: 2);
        var expected = LiveTensors.Settled();
        for (var step = 3; step <= Steps; step++)
        {
            state = trial.Fold(state, step);
            Assert.True(Tensor.TotalCount == expected, $"step {step}: {Tensor.TotalCount} tensors, {expected} before");
        }

        GC.KeepAlive((state, trial));
    }
}

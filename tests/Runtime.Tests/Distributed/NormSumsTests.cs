using SimClrDsl.Planning;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using SimClrDsl.Runtime.Tests.Weights;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>The sums of batch norms that the plan counts, for the scale model, are those that a step makes.</summary>
public sealed class NormSumsTests
{
    private static readonly string[] OfNorms = ["batch-norm statistics", "gradient of batch-norm statistics"];

    [Fact]
    public void Sums_of_pretraining_are_counted() => Counted(new Experiments.Ranks18.Experiment(), "pretrain", RankTrials.Pretrain);

    [Fact]
    public void Sums_of_pretraining_with_a_memory_and_selective_kernels_are_counted() =>
        Counted(new Experiments.RanksSelective.Experiment(), "pretrain", RankTrials.Selective);

    [Fact]
    public void Sums_of_pretraining_in_microbatches_with_blocks_computed_again_are_counted() =>
        Counted(new Experiments.RanksMicro.Experiment(), "pretrain", RankTrials.MicroPretrain);

    [Fact]
    public void Sums_of_fine_tuning_are_counted() => Counted(new Experiments.Ranks18.Experiment(), "finetune", RankTrials.Finetune);

    [Fact]
    public void Sums_of_fine_tuning_above_a_frozen_group_are_counted() =>
        Counted(new Experiments.RanksMicro.Experiment(), "finetune", RankTrials.MicroFinetune);

    [Fact]
    public void Sums_of_distillation_are_counted() => Counted(new Experiments.Ranks18.Experiment(), "distill", RankTrials.Distill);

    [Fact]
    public void Sums_of_distillation_in_microbatches_are_counted() =>
        Counted(new Experiments.RanksMicro.Experiment(), "distill", RankTrials.MicroDistill);

    private static void Counted<TParams, TState, TBatch>(IExperiment experiment, string stage, Func<Trial<TParams, TState, TBatch>> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TBatch : class
    {
        var load = Assert.Single(StageLoad.Of(Plans.Of(experiment)), load => load.Stage == stage);
        var norms = ThreadRanks.Run(2, () => RecordedRanks.SumsOfStep(trial))[0].Where(static sum => OfNorms.Contains(sum.What)).ToList();
        Assert.Equal(load.Norms, new(norms.Count, norms.Sum(static sum => sum.Values)));
    }
}

using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>
/// What several ranks compute is what one rank computes of the same batch: loss, every gradient, the statistics of the batch norms and all
/// else that a step carries, and the weights after 20 steps. The ranks agree with each other to the bit.
/// </summary>
public sealed class EqualityTests
{
    private const int Steps = 20;

    /// <summary>Numbers of ranks.</summary>
    public static TheoryData<int> Sizes => [2, 4];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Pretraining_by_several_ranks_is_that_of_one(int ranks) => SameAsOne(ranks, RankTrials.Pretrain);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Pretraining_with_memory_selective_kernels_and_online_classifier_is_that_of_one(int ranks) =>
        SameAsOne(ranks, RankTrials.Selective);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Pretraining_in_microbatches_with_a_memory_of_one_direction_is_that_of_one(int ranks) =>
        SameAsOne(ranks, RankTrials.MicroPretrain);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Finetuning_by_several_ranks_is_that_of_one(int ranks) => SameAsOne(ranks, RankTrials.Finetune);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Finetuning_in_microbatches_is_that_of_one(int ranks) => SameAsOne(ranks, RankTrials.MicroFinetune);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Distillation_after_Eq_2_is_that_of_one(int ranks) => SameAsOne(ranks, RankTrials.Distill);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Distillation_after_Eq_3_is_that_of_one(int ranks) => SameAsOne(ranks, RankTrials.SelfDistill);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Distillation_after_Eq_3_in_microbatches_is_that_of_one(int ranks) => SameAsOne(ranks, RankTrials.MicroDistill);

    private static void SameAsOne<TParams, TState, TBatch>(int ranks, Func<Trial<TParams, TState, TBatch>> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TBatch : class
    {
        using var scope = NewDisposeScope();
        var exact = FirstStep(ranks, () => Taken.Of(trial(), steps: 1, float64), tolerance: 1e-12);
        var first = FirstStep(ranks, () => Taken.Of(trial(), steps: 1, float32), tolerance: 1e-5, exact);
        var (one, all) = Both(ranks, () => Taken.Of(trial(), Steps, float32));
        Assert.InRange(one.LargestDifference(all[0]), 0, 1e-4);
        Assert.True(one.LargestDifference(first) > 1e-3, "the weights hardly moved");
    }

    private static Taken FirstStep(int ranks, Func<Taken> take, double tolerance, Taken? exact = null)
    {
        var (one, all) = Both(ranks, take);
        Assert.Equal(one.Loss, all.Average(static rank => rank.Loss), tolerance * Math.Abs(one.Loss));
        one.RequireClose(all[0], tolerance, exact);
        return one;
    }

    private static (Taken One, Taken[] All) Both(int ranks, Func<Taken> take)
    {
        var (one, all) = (take(), ThreadRanks.Run(ranks, take));
        Assert.All(all, rank => all[0].RequireSame(rank));
        return (one, all);
    }
}

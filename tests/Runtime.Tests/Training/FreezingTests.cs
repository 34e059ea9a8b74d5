using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using Frozen18 = SimClrDsl.Experiments.Frozen18;
using FrozenEncoder = SimClrDsl.Experiments.FrozenEncoder;
using FrozenUpdate = SimClrDsl.Experiments.FrozenUpdate;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Fine-tuning with a part of the network frozen changes that part by no bit, and the rest of it.</summary>
public sealed class FreezingTests
{
    [Fact]
    public void Frozen_groups_and_head_stay_with_their_statistics()
    {
        var trial = Trials.Of(
            Frozen18.FinetuneStep.Trainee,
            Frozen18.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, Frozen18.FinetuneStep.Batch)
        );
        Compare(
            trial,
            weights:
            [
                "encoder.stem",
                "encoder.group1_entry",
                "encoder.group1_body",
                "encoder.group2_entry",
                "encoder.group2_body",
                "layer1",
            ],
            statistics: ["encoder.stem", "encoder.group1_entry", "encoder.group1_body", "encoder.group2_entry", "encoder.group2_body"],
            averages: "average."
        );
    }

    [Fact]
    public void A_frozen_stem_can_go_on_with_its_statistics()
    {
        var trial = Trials.Of(
            FrozenUpdate.FinetuneStep.Trainee,
            FrozenUpdate.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, FrozenUpdate.FinetuneStep.Batch)
        );
        Compare(trial, weights: ["encoder.stem"], statistics: [], averages: "squares.");
    }

    [Fact]
    public void A_frozen_encoder_stays_whole()
    {
        var trial = Trials.Of(
            Trainee.Of(FrozenEncoder.FinetunedNetwork.Model),
            FrozenEncoder.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, FrozenEncoder.FinetuneStep.Batch)
        );
        Compare(trial, weights: ["encoder"], statistics: ["encoder"], averages: "none.");
    }

    /// <summary>Three steps change all but what is frozen, and that by no bit.</summary>
    internal static void Compare<TParams, TState>(
        Trial<TParams, TState, LabelledBatch> trial,
        string[] weights,
        string[] statistics,
        string averages
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var start = trial.Start();
        var (parameters, state) = (start.Params.Clone(), start.Statistics.Clone());
        var end = trial.Fold(start, until: 3);
        Check(parameters.Leaves(), end.Params.Leaves(), weights);
        bool IsStatistic(Leaf leaf) => !leaf.Path.StartsWith(averages, StringComparison.Ordinal);
        Check([.. state.Leaves().Where(IsStatistic)], [.. end.Statistics.Leaves().Where(IsStatistic)], statistics);
    }

    private static void Check(IReadOnlyList<Leaf> before, IReadOnlyList<Leaf> after, string[] frozen)
    {
        foreach (var (was, now) in before.Zip(after))
        {
            var stays = Array.Exists(frozen, path => was.Path.StartsWith($"{path}.", StringComparison.Ordinal));
            Assert.True(stays == Values.Same(was.Value, now.Value), $"{was.Path} {(stays ? "moved" : "stayed")}");
        }
    }
}

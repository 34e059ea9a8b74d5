using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;
using Ranks18 = SimClrDsl.Experiments.Ranks18;
using RanksMicro = SimClrDsl.Experiments.RanksMicro;
using RanksSelective = SimClrDsl.Experiments.RanksSelective;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>The generated steps that several ranks take together.</summary>
internal static class RankTrials
{
    private const int Side = 16;
    private const int Batch = 16;

    internal static Trial<Ranks18.ContrastiveNetwork.Params, Ranks18.ContrastiveNetwork.State, UnlabelledBatch> Pretrain() =>
        new(
            static key => Trials.Fresh(key, Ranks18.ContrastiveNetwork.Init, Ranks18.ContrastiveNetwork.Start),
            Ranks18.PretrainStep.Step,
            Synthetic.Unlabelled(Side, Batch)
        );

    internal static Trial<Ranks18.FinetunedNetwork.Params, Ranks18.FinetunedNetwork.State, LabelledBatch> Finetune() =>
        new(
            static key => Trials.Fresh(key, Ranks18.FinetunedNetwork.Init, Ranks18.FinetunedNetwork.Start),
            Ranks18.FinetuneStep.Step,
            Synthetic.Labelled(Side, Batch)
        );

    /// <summary>Eq. 2.</summary>
    internal static Trial<Ranks18.StudentNetwork.Params, Ranks18.StudentNetwork.State, UnlabelledBatch> Distill() =>
        new(
            static key => Trials.Fresh(key, Ranks18.StudentNetwork.Init, Ranks18.StudentNetwork.Start),
            Ranks18.DistillStep.With(Teacher),
            Synthetic.Unlabelled(Side, Batch)
        );

    /// <summary>Eq. 3.</summary>
    internal static Trial<Ranks18.SelfDistilledNetwork.Params, Ranks18.SelfDistilledNetwork.State, MixedBatch> SelfDistill() =>
        new(
            static key => Trials.Fresh(key, Ranks18.SelfDistilledNetwork.Init, Ranks18.SelfDistilledNetwork.Start),
            Ranks18.SelfDistillStep.With(Teacher),
            Loaders.Mixed(Synthetic.Unlabelled(Side, Batch), Synthetic.Labelled(Side, Batch))
        );

    internal static Trial<RanksSelective.ContrastiveNetwork.Params, RanksSelective.PretrainStep.Carried, LabelledBatch> Selective() =>
        new(
            static key =>
                Trials.Fresh(
                    key,
                    RanksSelective.ContrastiveNetwork.Init,
                    static p => RanksSelective.PretrainStep.Carry(p, RanksSelective.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            RanksSelective.PretrainStep.Step,
            Synthetic.Labelled(Side, Batch)
        );

    internal static Trial<RanksMicro.ContrastiveNetwork.Params, RanksMicro.PretrainStep.Carried, UnlabelledBatch> MicroPretrain() =>
        new(
            static key =>
                Trials.Fresh(
                    key,
                    RanksMicro.ContrastiveNetwork.Init,
                    static p => RanksMicro.PretrainStep.Carry(p, RanksMicro.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            RanksMicro.PretrainStep.Step,
            Synthetic.Unlabelled(Side, Batch)
        );

    internal static Trial<RanksMicro.FinetunedNetwork.Params, RanksMicro.FinetunedNetwork.State, LabelledBatch> MicroFinetune() =>
        new(
            static key => Trials.Fresh(key, RanksMicro.FinetunedNetwork.Init, RanksMicro.FinetunedNetwork.Start),
            RanksMicro.FinetuneStep.Step,
            Synthetic.Labelled(Side, Batch)
        );

    internal static Trial<RanksMicro.StudentNetwork.Params, RanksMicro.StudentNetwork.State, MixedBatch> MicroDistill() =>
        new(
            static key => Trials.Fresh(key, RanksMicro.StudentNetwork.Init, RanksMicro.StudentNetwork.Start),
            RanksMicro.DistillStep.With(Teacher),
            Loaders.Mixed(Synthetic.Unlabelled(Side, Batch), Synthetic.Labelled(Side, Batch))
        );

    // Logits that depend on the image alone.
    private static Frozen Teacher => new(static x => nn.functional.adaptive_avg_pool2d(x, [2, 2]).flatten(1).narrow(1, 0, 4).mul(3));
}

using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tests.Training;
using SimClrDsl.Runtime.Training;
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
        Trials.Of(Trainee.Of(Ranks18.ContrastiveNetwork.Model), Ranks18.PretrainStep.Step, Synthetic.Unlabelled(Side, Batch));

    internal static Trial<Ranks18.FinetunedNetwork.Params, Ranks18.FinetunedNetwork.State, LabelledBatch> Finetune() =>
        Trials.Of(Trainee.Of(Ranks18.FinetunedNetwork.Model), Ranks18.FinetuneStep.Step, Synthetic.Labelled(Side, Batch));

    /// <summary>Eq. 2.</summary>
    internal static Trial<Ranks18.StudentNetwork.Params, Ranks18.StudentNetwork.State, UnlabelledBatch> Distill() =>
        Trials.Of(Trainee.Of(Ranks18.StudentNetwork.Model), Ranks18.DistillStep.With(Teacher), Synthetic.Unlabelled(Side, Batch));

    /// <summary>Eq. 3.</summary>
    internal static Trial<Ranks18.SelfDistilledNetwork.Params, Ranks18.SelfDistilledNetwork.State, MixedBatch> SelfDistill() =>
        Trials.Of(
            Trainee.Of(Ranks18.SelfDistilledNetwork.Model),
            Ranks18.SelfDistillStep.With(Teacher),
            Loaders.Mixed(Synthetic.Unlabelled(Side, Batch), Synthetic.Labelled(Side, Batch))
        );

    internal static Trial<RanksSelective.ContrastiveNetwork.Params, RanksSelective.PretrainStep.Carried, LabelledBatch> Selective() =>
        Trials.Of(RanksSelective.PretrainStep.Trainee, RanksSelective.PretrainStep.Step, Synthetic.Labelled(Side, Batch));

    internal static Trial<RanksMicro.ContrastiveNetwork.Params, RanksMicro.PretrainStep.Carried, UnlabelledBatch> MicroPretrain() =>
        Trials.Of(RanksMicro.PretrainStep.Trainee, RanksMicro.PretrainStep.Step, Synthetic.Unlabelled(Side, Batch));

    internal static Trial<RanksMicro.FinetunedNetwork.Params, RanksMicro.FinetunedNetwork.State, LabelledBatch> MicroFinetune() =>
        Trials.Of(Trainee.Of(RanksMicro.FinetunedNetwork.Model), RanksMicro.FinetuneStep.Step, Synthetic.Labelled(Side, Batch));

    internal static Trial<RanksMicro.StudentNetwork.Params, RanksMicro.StudentNetwork.State, MixedBatch> MicroDistill() =>
        Trials.Of(
            Trainee.Of(RanksMicro.StudentNetwork.Model),
            RanksMicro.DistillStep.With(Teacher),
            Loaders.Mixed(Synthetic.Unlabelled(Side, Batch), Synthetic.Labelled(Side, Batch))
        );

    // Logits that depend on the image alone.
    private static Frozen Teacher => new(static x => nn.functional.adaptive_avg_pool2d(x, [2, 2]).flatten(1).narrow(1, 0, 4).mul(3));
}

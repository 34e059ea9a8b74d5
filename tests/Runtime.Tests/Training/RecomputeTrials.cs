using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using Frozen18 = SimClrDsl.Experiments.Frozen18;
using Recompute18 = SimClrDsl.Experiments.Recompute18;
using Recompute50 = SimClrDsl.Experiments.Recompute50;
using RecomputeFrozen = SimClrDsl.Experiments.RecomputeFrozen;
using Selective50Small = SimClrDsl.Experiments.Selective50Small;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Steps of networks whose blocks are run again in the backward pass, and those of their twins where they lack one.</summary>
internal static class RecomputeTrials
{
    internal static Trial<Recompute18.ContrastiveNetwork.Params, Recompute18.ContrastiveNetwork.State, UnlabelledBatch> Pretrain =>
        new(
            key => Trials.Fresh(key, Recompute18.ContrastiveNetwork.Init, Recompute18.ContrastiveNetwork.Start),
            Recompute18.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, Recompute18.PretrainStep.Batch)
        );

    internal static Trial<Recompute18.FinetunedNetwork.Params, Recompute18.FinetunedNetwork.State, LabelledBatch> Finetune =>
        new(
            key => Trials.Fresh(key, Recompute18.FinetunedNetwork.Init, Recompute18.FinetunedNetwork.Start),
            Recompute18.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, Recompute18.FinetuneStep.Batch)
        );

    internal static Trial<Recompute18.StudentNetwork.Params, Recompute18.StudentNetwork.State, UnlabelledBatch> Distill(Frozen teacher) =>
        new(
            key => Trials.Fresh(key, Recompute18.StudentNetwork.Init, Recompute18.StudentNetwork.Start),
            Recompute18.DistillStep.With(teacher),
            Synthetic.Unlabelled(side: 16, Recompute18.DistillStep.Batch)
        );

    internal static Trial<Recompute50.ContrastiveNetwork.Params, Recompute50.ContrastiveNetwork.State, UnlabelledBatch> Selective =>
        new(
            key => Trials.Fresh(key, Recompute50.ContrastiveNetwork.Init, Recompute50.ContrastiveNetwork.Start),
            Recompute50.PretrainStep.Step,
            Synthetic.Unlabelled(side: 32, Recompute50.PretrainStep.Batch)
        );

    internal static Trial<
        Selective50Small.ContrastiveNetwork.Params,
        Selective50Small.ContrastiveNetwork.State,
        UnlabelledBatch
    > PlainSelective =>
        new(
            key => Trials.Fresh(key, Selective50Small.ContrastiveNetwork.Init, Selective50Small.ContrastiveNetwork.Start),
            Selective50Small.PretrainStep.Step,
            Synthetic.Unlabelled(side: 32, Selective50Small.PretrainStep.Batch)
        );

    internal static Trial<RecomputeFrozen.FinetunedNetwork.Params, RecomputeFrozen.FinetuneStep.Carried, LabelledBatch> Frozen =>
        new(
            key =>
                Trials.Fresh(
                    key,
                    RecomputeFrozen.FinetunedNetwork.Init,
                    p => RecomputeFrozen.FinetuneStep.Carry(p, RecomputeFrozen.FinetunedNetwork.Start(p))
                ),
            RecomputeFrozen.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, RecomputeFrozen.FinetuneStep.Batch)
        );

    internal static Trial<Frozen18.FinetunedNetwork.Params, Frozen18.FinetuneStep.Carried, LabelledBatch> PlainFrozen =>
        new(
            key =>
                Trials.Fresh(key, Frozen18.FinetunedNetwork.Init, p => Frozen18.FinetuneStep.Carry(p, Frozen18.FinetunedNetwork.Start(p))),
            Frozen18.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, Frozen18.FinetuneStep.Batch)
        );
}

using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Training;
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
        Trials.Of(
            Trainee.Of(Recompute18.ContrastiveNetwork.Model),
            Recompute18.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, Recompute18.PretrainStep.Batch)
        );

    internal static Trial<Recompute18.FinetunedNetwork.Params, Recompute18.FinetunedNetwork.State, LabelledBatch> Finetune =>
        Trials.Of(
            Trainee.Of(Recompute18.FinetunedNetwork.Model),
            Recompute18.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, Recompute18.FinetuneStep.Batch)
        );

    internal static Trial<Recompute18.StudentNetwork.Params, Recompute18.StudentNetwork.State, UnlabelledBatch> Distill(Frozen teacher) =>
        Trials.Of(
            Trainee.Of(Recompute18.StudentNetwork.Model),
            Recompute18.DistillStep.With(teacher),
            Synthetic.Unlabelled(side: 16, Recompute18.DistillStep.Batch)
        );

    internal static Trial<Recompute50.ContrastiveNetwork.Params, Recompute50.ContrastiveNetwork.State, UnlabelledBatch> Selective =>
        Trials.Of(
            Trainee.Of(Recompute50.ContrastiveNetwork.Model),
            Recompute50.PretrainStep.Step,
            Synthetic.Unlabelled(side: 32, Recompute50.PretrainStep.Batch)
        );

    internal static Trial<
        Selective50Small.ContrastiveNetwork.Params,
        Selective50Small.ContrastiveNetwork.State,
        UnlabelledBatch
    > PlainSelective =>
        Trials.Of(
            Trainee.Of(Selective50Small.ContrastiveNetwork.Model),
            Selective50Small.PretrainStep.Step,
            Synthetic.Unlabelled(side: 32, Selective50Small.PretrainStep.Batch)
        );

    internal static Trial<RecomputeFrozen.FinetunedNetwork.Params, RecomputeFrozen.FinetuneStep.Carried, LabelledBatch> Frozen =>
        Trials.Of(
            RecomputeFrozen.FinetuneStep.Trainee,
            RecomputeFrozen.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, RecomputeFrozen.FinetuneStep.Batch)
        );

    internal static Trial<Frozen18.FinetunedNetwork.Params, Frozen18.FinetuneStep.Carried, LabelledBatch> PlainFrozen =>
        Trials.Of(Frozen18.FinetuneStep.Trainee, Frozen18.FinetuneStep.Step, Synthetic.Labelled(side: 16, Frozen18.FinetuneStep.Batch));
}

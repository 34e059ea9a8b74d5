using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Training;
using Parts18 = SimClrDsl.Experiments.Parts18;
using PartsWhole = SimClrDsl.Experiments.PartsWhole;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Stages of a mean loss in microbatches.</summary>
internal static class PartsTrials
{
    /// <summary>Three a step, the stem and the first group at inference.</summary>
    internal static Trial<Parts18.FinetunedNetwork.Params, Parts18.FinetunedNetwork.State, LabelledBatch> Finetune =>
        Trials.Of(
            Trainee.Of(Parts18.FinetunedNetwork.Model),
            Parts18.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, Parts18.FinetuneStep.Batch)
        );

    /// <summary>Two a step, after Eq. 3.</summary>
    internal static Trial<Parts18.StudentNetwork.Params, Parts18.StudentNetwork.State, MixedBatch> Distill(Frozen teacher) =>
        Trials.Of(
            Trainee.Of(Parts18.StudentNetwork.Model),
            Parts18.DistillStep.With(teacher),
            Loaders.Mixed(Synthetic.Unlabelled(side: 16, Parts18.DistillStep.Batch), Synthetic.Labelled(side: 16, batch: 12))
        );

    /// <summary>One a step, which is the whole batch.</summary>
    internal static Trial<PartsWhole.FinetunedNetwork.Params, PartsWhole.FinetunedNetwork.State, LabelledBatch> WholeFinetune =>
        Trials.Of(
            Trainee.Of(PartsWhole.FinetunedNetwork.Model),
            PartsWhole.FinetuneStep.Step,
            Synthetic.Labelled(side: 16, PartsWhole.FinetuneStep.Batch)
        );

    /// <summary>The same from scratch.</summary>
    internal static Trial<PartsWhole.LabelOnlyNetwork.Params, PartsWhole.LabelOnlyNetwork.State, LabelledBatch> WholeLabelOnly =>
        Trials.Of(
            Trainee.Of(PartsWhole.LabelOnlyNetwork.Model),
            PartsWhole.LabelOnlyStep.With(0.1),
            Synthetic.Labelled(side: 16, PartsWhole.LabelOnlyStep.Batch)
        );

    /// <summary>The same after Eq. 2.</summary>
    internal static Trial<PartsWhole.StudentNetwork.Params, PartsWhole.StudentNetwork.State, UnlabelledBatch> WholeDistill(
        Frozen teacher
    ) =>
        Trials.Of(
            Trainee.Of(PartsWhole.StudentNetwork.Model),
            PartsWhole.DistillStep.With(teacher),
            Synthetic.Unlabelled(side: 16, PartsWhole.DistillStep.Batch)
        );
}

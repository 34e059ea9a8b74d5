using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using Adam18 = SimClrDsl.Experiments.Adam18;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Steps whose optimizers carry more than momentum.</summary>
internal static class AdamTrials
{
    /// <summary>Adam, clipping, averaged weights and a memory.</summary>
    internal static Trial<Adam18.ContrastiveNetwork.Params, Adam18.PretrainStep.Carried, UnlabelledBatch> Pretrain =>
        Trials.Of(Adam18.PretrainStep.Trainee, Adam18.PretrainStep.Step, Synthetic.Unlabelled(side: 16, Adam18.PretrainStep.Batch));

    /// <summary>AdamW and averaged weights.</summary>
    internal static Trial<Adam18.FinetunedNetwork.Params, Adam18.FinetuneStep.Carried, LabelledBatch> Finetune =>
        Trials.Of(Adam18.FinetuneStep.Trainee, Adam18.FinetuneStep.Step, Synthetic.Labelled(side: 16, Adam18.FinetuneStep.Batch));

    /// <summary>Nesterov LARS, clipping and averaged weights.</summary>
    internal static Trial<Adam18.StudentNetwork.Params, Adam18.DistillStep.Carried, UnlabelledBatch> Distill(Frozen teacher) =>
        Trials.Of(Adam18.DistillStep.Trainee, Adam18.DistillStep.With(teacher), Synthetic.Unlabelled(side: 16, Adam18.DistillStep.Batch));
}

using SimClrDsl.Runtime.Data;
using MemoryBoth = SimClrDsl.Experiments.MemoryBoth;
using MemoryFirst = SimClrDsl.Experiments.MemoryFirst;
using MemoryNoGradient = SimClrDsl.Experiments.MemoryNoGradient;
using MemoryNothing = SimClrDsl.Experiments.MemoryNothing;
using MemoryOnline = SimClrDsl.Experiments.MemoryOnline;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Pretraining with each form of a memory.</summary>
internal static class MemoryTrials
{
    internal static Trial<MemoryBoth.ContrastiveNetwork.Params, MemoryBoth.PretrainStep.Carried, UnlabelledBatch> Both =>
        Trials.Of(
            MemoryBoth.PretrainStep.Trainee,
            MemoryBoth.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryBoth.PretrainStep.Batch)
        );

    internal static Trial<MemoryFirst.ContrastiveNetwork.Params, MemoryFirst.PretrainStep.Carried, UnlabelledBatch> First =>
        Trials.Of(
            MemoryFirst.PretrainStep.Trainee,
            MemoryFirst.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryFirst.PretrainStep.Batch)
        );

    internal static Trial<MemoryOnline.ContrastiveNetwork.Params, MemoryOnline.PretrainStep.Carried, UnlabelledBatch> Online =>
        Trials.Of(
            MemoryOnline.PretrainStep.Trainee,
            MemoryOnline.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryOnline.PretrainStep.Batch)
        );

    internal static Trial<MemoryNothing.ContrastiveNetwork.Params, MemoryNothing.PretrainStep.Carried, UnlabelledBatch> Nothing =>
        Trials.Of(
            MemoryNothing.PretrainStep.Trainee,
            MemoryNothing.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryNothing.PretrainStep.Batch)
        );

    internal static Trial<MemoryNoGradient.ContrastiveNetwork.Params, MemoryNoGradient.PretrainStep.Carried, UnlabelledBatch> NoGradient =>
        Trials.Of(
            MemoryNoGradient.PretrainStep.Trainee,
            MemoryNoGradient.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryNoGradient.PretrainStep.Batch)
        );
}

using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
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
        new(
            key =>
                Trials.Fresh(
                    key,
                    MemoryBoth.ContrastiveNetwork.Init,
                    p => MemoryBoth.PretrainStep.Carry(p, MemoryBoth.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            MemoryBoth.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryBoth.PretrainStep.Batch)
        );

    internal static Trial<MemoryFirst.ContrastiveNetwork.Params, MemoryFirst.PretrainStep.Carried, UnlabelledBatch> First =>
        new(
            key =>
                Trials.Fresh(
                    key,
                    MemoryFirst.ContrastiveNetwork.Init,
                    p => MemoryFirst.PretrainStep.Carry(p, MemoryFirst.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            MemoryFirst.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryFirst.PretrainStep.Batch)
        );

    internal static Trial<MemoryOnline.ContrastiveNetwork.Params, MemoryOnline.PretrainStep.Carried, UnlabelledBatch> Online =>
        new(
            key =>
                Trials.Fresh(
                    key,
                    MemoryOnline.ContrastiveNetwork.Init,
                    p => MemoryOnline.PretrainStep.Carry(p, MemoryOnline.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            MemoryOnline.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryOnline.PretrainStep.Batch)
        );

    internal static Trial<MemoryNothing.ContrastiveNetwork.Params, MemoryNothing.PretrainStep.Carried, UnlabelledBatch> Nothing =>
        new(
            key =>
                Trials.Fresh(
                    key,
                    MemoryNothing.ContrastiveNetwork.Init,
                    p => MemoryNothing.PretrainStep.Carry(p, MemoryNothing.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            MemoryNothing.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryNothing.PretrainStep.Batch)
        );

    internal static Trial<MemoryNoGradient.ContrastiveNetwork.Params, MemoryNoGradient.PretrainStep.Carried, UnlabelledBatch> NoGradient =>
        new(
            key =>
                Trials.Fresh(
                    key,
                    MemoryNoGradient.ContrastiveNetwork.Init,
                    p => MemoryNoGradient.PretrainStep.Carry(p, MemoryNoGradient.ContrastiveNetwork.Start(p), Key.FromSeed(4))
                ),
            MemoryNoGradient.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MemoryNoGradient.PretrainStep.Batch)
        );
}

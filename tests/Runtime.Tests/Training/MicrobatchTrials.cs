using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Training;
using Micro18 = SimClrDsl.Experiments.Micro18;
using MicroFirst = SimClrDsl.Experiments.MicroFirst;
using MicroMemory = SimClrDsl.Experiments.MicroMemory;
using MicroOnline = SimClrDsl.Experiments.MicroOnline;
using MicroWhole = SimClrDsl.Experiments.MicroWhole;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Pretraining in microbatches.</summary>
internal static class MicrobatchTrials
{
    /// <summary>Four a step.</summary>
    internal static Trial<Micro18.ContrastiveNetwork.Params, Micro18.ContrastiveNetwork.State, UnlabelledBatch> Four =>
        Trials.Of(
            Trainee.Of(Micro18.ContrastiveNetwork.Model),
            Micro18.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, Micro18.PretrainStep.Batch)
        );

    /// <summary>One a step, which is the whole batch.</summary>
    internal static Trial<MicroWhole.ContrastiveNetwork.Params, MicroWhole.ContrastiveNetwork.State, UnlabelledBatch> Whole =>
        Trials.Of(
            Trainee.Of(MicroWhole.ContrastiveNetwork.Model),
            MicroWhole.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MicroWhole.PretrainStep.Batch)
        );

    /// <summary>One a step, with a memory of one direction.</summary>
    internal static Trial<MicroFirst.ContrastiveNetwork.Params, MicroFirst.PretrainStep.Carried, UnlabelledBatch> First =>
        Trials.Of(
            MicroFirst.PretrainStep.Trainee,
            MicroFirst.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MicroFirst.PretrainStep.Batch)
        );

    /// <summary>One a step, with a classifier on the head, a memory and averaged weights.</summary>
    internal static Trial<MicroOnline.ContrastiveNetwork.Params, MicroOnline.PretrainStep.Carried, LabelledBatch> Online =>
        Trials.Of(
            MicroOnline.PretrainStep.Trainee,
            MicroOnline.PretrainStep.Step,
            Synthetic.Labelled(side: 16, MicroOnline.PretrainStep.Batch)
        );

    /// <summary>Two a step, with a memory and in-batch features of the trained network, clipped Adam and half the loss.</summary>
    internal static Trial<MicroMemory.ContrastiveNetwork.Params, MicroMemory.PretrainStep.Carried, UnlabelledBatch> Memory =>
        Trials.Of(
            MicroMemory.PretrainStep.Trainee,
            MicroMemory.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, MicroMemory.PretrainStep.Batch)
        );
}

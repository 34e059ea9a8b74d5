using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

public sealed partial class Session
{
    /// <summary>Between steps 2 and 3: distillation of the frozen fine-tuned network into one like it, from scratch (§3.1).</summary>
    public Handoff<SelfDistilled<TParams, TState>> SelfDistill<TParams, TState, TBatch>(
        Handoff<Frozen> teacher,
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Frozen, Step<TParams, TState, TBatch>> step,
        TeachingBatches<TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var student = ("self-distilled", "network like its teacher");
        var network = Taught(StageNames.SelfDistill, student, teacher, data, init, start, step, batches, infer);
        return new(() => new(network.Value.Params, network.Value.State));
    }

    /// <summary>Step 3: distillation of a frozen teacher into a student (§2, Eq. 2 and 3).</summary>
    public Handoff<Distilled<TParams, TState>> Distill<TParams, TState, TBatch>(
        Handoff<Frozen> teacher,
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Frozen, Step<TParams, TState, TBatch>> step,
        TeachingBatches<TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var network = Taught(StageNames.Distill, ("distilled", "student"), teacher, data, init, start, step, batches, infer);
        return new(() => new(network.Value.Params, network.Value.State));
    }

    /// <summary>Batches for Eq. 2: unlabelled images.</summary>
    public TeachingBatches<UnlabelledBatch> SelfDistillBatches(ExperimentData data, int batch) =>
        UnlabelledTeaching(StageNames.SelfDistill, data, batch);

    /// <summary>Batches for Eq. 3: unlabelled images, and labelled ones for its label term.</summary>
    public TeachingBatches<MixedBatch> SelfDistillBatches(ExperimentData data, int batch, int labelBatch) =>
        MixedTeaching(StageNames.SelfDistill, data, batch, labelBatch);

    /// <summary>Batches for Eq. 2: unlabelled images.</summary>
    public TeachingBatches<UnlabelledBatch> DistillBatches(ExperimentData data, int batch) =>
        UnlabelledTeaching(StageNames.Distill, data, batch);

    /// <summary>Batches for Eq. 3: unlabelled images, and labelled ones for its label term.</summary>
    public TeachingBatches<MixedBatch> DistillBatches(ExperimentData data, int batch, int labelBatch) =>
        MixedTeaching(StageNames.Distill, data, batch, labelBatch);

    /// <summary>Batches of labelled images alone (Table 2, second line).</summary>
    public TeachingBatches<LabelledBatch> LabelledDistillBatches(ExperimentData data, int batch) =>
        new(LabelledBatches(StageNames.Distill, data.Labelled, batch), data.Labelled.Count, "labelled");

    private TeachingBatches<UnlabelledBatch> UnlabelledTeaching(string stage, ExperimentData data, int batch) =>
        new(UnlabelledBatches(stage, data.Unlabelled, batch), data.Unlabelled.Count, "unlabelled");

    private TeachingBatches<MixedBatch> MixedTeaching(string stage, ExperimentData data, int batch, int labelBatch)
    {
        var labelled = Loaders.Labelled(data.Labelled, labelBatch, OrderKey(stage).At("labelled"), options.Device, options.Compute);
        return new(Loaders.Mixed(UnlabelledBatches(stage, data.Unlabelled, batch), labelled), data.Unlabelled.Count, "unlabelled");
    }

    private Handoff<Network<TParams, TState>> Taught<TParams, TState, TBatch>(
        string stage,
        (string Title, string Role) student,
        Handoff<Frozen> teacher,
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Frozen, Step<TParams, TState, TBatch>> stepOf,
        TeachingBatches<TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Train(
            stage,
            () =>
            {
                var step = stepOf(teacher.Value);
                var info = new StageInfo(stage, batches.Images, step.Batch, step.Total);
                var (trained, _) = Fold(info, Begin(() => Fresh(stage, init, start)), step, batches.At);
                Record(
                    stage,
                    student.Title,
                    Measured(info, trained, infer, data.Test),
                    $"{student.Role}, {batches.Images} {batches.Kind} images, {step.Total} steps, last step",
                    data
                );
                return trained;
            },
            () => Fresh(stage, init, start)
        );
}

/// <summary>The batches that a student is taught with.</summary>
/// <param name="At">The batch of a step.</param>
/// <param name="Images">Images of an epoch.</param>
/// <param name="Kind">What they are: labelled or unlabelled.</param>
public sealed record TeachingBatches<TBatch>(Func<int, TBatch> At, int Images, string Kind);

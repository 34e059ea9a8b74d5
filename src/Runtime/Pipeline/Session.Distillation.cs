using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

public sealed partial class Session
{
    /// <summary>Between steps 2 and 3: distillation of the frozen fine-tuned network into one like it, from scratch (§3.1).</summary>
    public Handoff<SelfDistilled<TParams, TState>> SelfDistill<TParams, TState, TBatch>(
        Handoff<Frozen> teacher,
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Frozen, Step<TrainState<TParams, TState>, TBatch>> step,
        Func<int, TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer,
        int batch,
        int steps
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(Stages.SelfDistill, data.Unlabelled.Count, batch, steps);
        var network = Taught(info, ("self-distilled", "network like its teacher"), teacher, data, init, start, step, batches, infer);
        return new(() => new(network.Value.Params, network.Value.State));
    }

    /// <summary>Step 3: distillation of a frozen teacher into a student (§2, Eq. 2 and 3).</summary>
    public Handoff<Distilled<TParams, TState>> Distill<TParams, TState, TBatch>(
        Handoff<Frozen> teacher,
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Frozen, Step<TrainState<TParams, TState>, TBatch>> step,
        Func<int, TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer,
        int batch,
        int steps
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(Stages.Distill, data.Unlabelled.Count, batch, steps);
        var network = Taught(info, ("distilled", "student"), teacher, data, init, start, step, batches, infer);
        return new(() => new(network.Value.Params, network.Value.State));
    }

    /// <summary>Batches for Eq. 2: unlabelled images.</summary>
    public Func<int, UnlabelledBatch> SelfDistillBatches(ExperimentData data, int batch) =>
        UnlabelledBatches(Stages.SelfDistill, data.Unlabelled, batch);

    /// <summary>Batches for Eq. 3: unlabelled images, and labelled ones for its label term.</summary>
    public Func<int, MixedBatch> SelfDistillBatches(ExperimentData data, int batch, int labelBatch) =>
        MixedBatches(Stages.SelfDistill, data, batch, labelBatch);

    /// <summary>Batches for Eq. 2: unlabelled images.</summary>
    public Func<int, UnlabelledBatch> DistillBatches(ExperimentData data, int batch) =>
        UnlabelledBatches(Stages.Distill, data.Unlabelled, batch);

    /// <summary>Batches for Eq. 3: unlabelled images, and labelled ones for its label term.</summary>
    public Func<int, MixedBatch> DistillBatches(ExperimentData data, int batch, int labelBatch) =>
        MixedBatches(Stages.Distill, data, batch, labelBatch);

    private Func<int, MixedBatch> MixedBatches(string stage, ExperimentData data, int batch, int labelBatch) =>
        Loaders.Mixed(
            UnlabelledBatches(stage, data.Unlabelled, batch),
            Loaders.Labelled(data.Labelled, labelBatch, OrderKey(stage).At("labelled"), options.Device, options.Compute)
        );

    private Handoff<Network<TParams, TState>> Taught<TParams, TState, TBatch>(
        StageInfo info,
        (string Title, string Role) student,
        Handoff<Frozen> teacher,
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Frozen, Step<TrainState<TParams, TState>, TBatch>> step,
        Func<int, TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Train(
            info.Stage,
            () =>
            {
                var (trained, _) = Fold(info, Fresh(info.Stage, init, start), step(teacher.Value), batches);
                Record(
                    info.Stage,
                    student.Title,
                    Top1(trained, infer, data.Test),
                    $"{student.Role}, {data.Unlabelled.Count} unlabelled images, {info.TotalSteps} steps, last step"
                );
                return trained;
            },
            () => Fresh(info.Stage, init, start)
        );
}

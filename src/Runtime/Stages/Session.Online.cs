using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

public sealed partial class Session
{
    /// <summary>
    /// Step 1 with a linear classifier trained beside the network, with the labels of the unlabelled images, which the network itself does
    /// not see.
    /// </summary>
    public Handoff<Pretrained<TParams, TState>> Pretrain<TParams, TState>(
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Step<TParams, TState, LabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> infer,
        Func<TParams, TState, Tensor, Tensor> online
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Pretrain(
            data,
            () => Fresh(StageNames.Pretrain, init, start),
            step,
            LabelledBatches(StageNames.Pretrain, data.Unlabelled, step.Batch),
            infer,
            (info, trained) =>
                Record(
                    StageNames.Pretrain,
                    "online linear",
                    Measured(info, trained, online, data.Test),
                    $"labels of {data.Unlabelled.Count} images, trained beside the network on its features without gradient, last step",
                    data
                )
        );
}

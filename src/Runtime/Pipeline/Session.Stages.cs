using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

public sealed partial class Session
{
    /// <summary>Step 1: contrastive pretraining on the unlabelled images (§2).</summary>
    public Handoff<Pretrained<TParams, TState>> Pretrain<TParams, TState>(
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Step<TParams, TState, UnlabelledBatch> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Pretrain(
            data,
            () => Fresh(Stages.Pretrain, init, start),
            step,
            UnlabelledBatches(Stages.Pretrain, data.Unlabelled, step.Batch),
            static _ => { }
        );

    private Handoff<Pretrained<TParams, TState>> Pretrain<TParams, TState, TBatch>(
        ExperimentData data,
        Func<Network<TParams, TState>> fresh,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        Action<Network<TParams, TState>> measure
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(Stages.Pretrain, data.Unlabelled.Count, step.Batch, step.Total);
        var network = Train(
            Stages.Pretrain,
            () =>
            {
                var (trained, curve) = Fold(info, Begin(fresh), step, batches);
                Results.Pretrain = Summarize(info, curve);
                progress.Note(
                    FormattableString.Invariant(
                        $"pretrain: {(options.ShowsNumbers ? $"loss {Results.Pretrain.FinalLoss:F4}, " : "")}{Results.Pretrain.ImagesPerSecond:F0} images/s"
                    )
                );
                measure(trained);
                return trained;
            },
            fresh
        );
        return new(() => new(network.Value.Params, network.Value.State));
    }

    /// <summary>Nearest neighbours among the unlabelled images' features, with their labels.</summary>
    public void Knn(Handoff<Frozen> encoder, ExperimentData data, int k, double temperature)
    {
        Measure(
            Stages.Knn,
            () =>
            {
                var (bank, test) = (FeaturesOf(encoder, data.Bank), FeaturesOf(encoder, data.Test));
                Record(
                    Stages.Knn,
                    "kNN",
                    Runtime.Knn.Measure(bank, test, data.Classes, k, temperature),
                    FormattableString.Invariant(
                        $"k {k}, temperature {temperature}, bank of {bank.Count} images with labels, frozen encoder"
                    )
                );
            }
        );
    }

    /// <summary>Step 2: fine-tuning on the labelled images, from what pretraining handed over (§2).</summary>
    public Handoff<FineTuned<TParams, TState>> Finetune<TParams, TState>(
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<Network<TParams, TState>> begin,
        Step<TParams, TState, LabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(Stages.Finetune, data.Labelled.Count, step.Batch, step.Total);
        var network = Train(
            Stages.Finetune,
            () =>
            {
                var batches = LabelledBatches(Stages.Finetune, data.Labelled, step.Batch);
                var (trained, _) = Fold(info, begin().To(options.Device).Begin(), step, batches);
                Record(
                    Stages.Finetune,
                    "fine-tuned",
                    Measured(trained, infer, data.Test),
                    $"{data.Labelled.Count} labels{data.LabelChoiceInWords}, {step.Total} steps, last step"
                );
                return trained;
            },
            () => Fresh(Stages.Finetune, init, start)
        );
        return new(() => new(network.Value.Params, network.Value.State));
    }

    private Accuracy Measured<TParams, TState>(Network<TParams, TState> network, Func<TParams, TState, Tensor, Tensor> infer, ImageSet test)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Evaluation.Measure(new Frozen(x => infer(network.Params, network.State, x)), test, options.Device, options.Compute);

    private static PretrainSummary Summarize(StageInfo info, IReadOnlyList<MetricsPoint> curve)
    {
        var last = curve[^1];
        var lastEpoch = curve.Where(point => point.Epoch > last.Epoch - 1);
        return new(ImagesPerSecond: last.Step * info.Batch / last.Seconds, FinalLoss: lastEpoch.Average(static point => point.Loss));
    }
}

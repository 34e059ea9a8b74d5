using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

public sealed partial class Session
{
    // So many images show whether a network gives numbers that are of use.
    private const int Sample = 64;
    private const string MeasuredImages = "the images it is measured on";

    /// <summary>
    /// Step 1: contrastive pretraining on the unlabelled images (§2). What the trained network gives is looked at before it is saved, by
    /// <paramref name="infer"/>.
    /// </summary>
    public Handoff<Pretrained<TParams, TState>> Pretrain<TParams, TState>(
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Step<TParams, TState, UnlabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Pretrain(
            data,
            () => Fresh(StageNames.Pretrain, init, start),
            step,
            UnlabelledBatches(StageNames.Pretrain, data.Unlabelled, step.Batch),
            infer,
            static (_, _) => { }
        );

    private Handoff<Pretrained<TParams, TState>> Pretrain<TParams, TState, TBatch>(
        ExperimentData data,
        Func<Network<TParams, TState>> fresh,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        Func<TParams, TState, Tensor, Tensor> infer,
        Action<StageInfo, Network<TParams, TState>> measure
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(StageNames.Pretrain, data.Unlabelled.Count, step.Batch, step.Total);
        var network = Train(
            StageNames.Pretrain,
            () =>
            {
                var (trained, curve) = Fold(info, Begin(fresh), step, batches);
                RequireUseful(info, trained, infer, data.Unlabelled);
                Results.Pretrain = Summarize(info, curve);
                progress.Note(
                    FormattableString.Invariant(
                        $"pretrain: {(options.ShowsNumbers ? $"loss {Results.Pretrain.FinalLoss:F4} a view, " : "")}{Results.Pretrain.ImagesPerSecond:F0} images/s"
                    )
                );
                measure(info, trained);
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
            StageNames.Knn,
            () =>
            {
                var bank = FeaturesOf(encoder, data.Bank, StageNames.Knn);
                var test = FeaturesOf(encoder, data.Test, StageNames.Knn);
                Record(
                    StageNames.Knn,
                    "kNN",
                    Evaluate.Knn.Measure(bank, test, data.Classes, k, temperature),
                    FormattableString.Invariant(
                        $"k {k}, temperature {temperature}, bank of {bank.Count} images with labels, frozen encoder"
                    ),
                    data
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
        var info = new StageInfo(StageNames.Finetune, data.Labelled.Count, step.Batch, step.Total);
        var network = Train(
            StageNames.Finetune,
            () =>
            {
                var batches = LabelledBatches(StageNames.Finetune, data.Labelled, step.Batch);
                var (trained, _) = Fold(info, begin().To(options.Device).Begin(), step, batches);
                Record(
                    StageNames.Finetune,
                    "fine-tuned",
                    Measured(info, trained, infer, data.Test),
                    $"{data.Labelled.Count} labels{data.LabelChoiceInWords}, {step.Total} steps, last step",
                    data
                );
                return trained;
            },
            () => Fresh(StageNames.Finetune, init, start)
        );
        return new(() => new(network.Value.Params, network.Value.State));
    }

    /// <summary>How often a network is right that a stage has trained to its end.</summary>
    private Accuracy Measured<TParams, TState>(
        StageInfo info,
        Network<TParams, TState> network,
        Func<TParams, TState, Tensor, Tensor> infer,
        ImageSet images
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Measured(info, info.TotalSteps, network, infer, images);

    /// <summary>The same after some of its steps.</summary>
    private Accuracy Measured<TParams, TState>(
        StageInfo info,
        int step,
        Network<TParams, TState> network,
        Func<TParams, TState, Tensor, Tensor> infer,
        ImageSet images
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        var logits = Outputs(info, step, network, infer, images, MeasuredImages);
        return Accuracy.Of(logits.Values, logits.Labels);
    }

    /// <summary>Throws where what a network gives for some of its training images is of no use.</summary>
    private void RequireUseful<TParams, TState>(
        StageInfo info,
        Network<TParams, TState> network,
        Func<TParams, TState, Tensor, Tensor> infer,
        ImageSet images
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        _ = Outputs(info, info.TotalSteps, network, infer, images.First(Math.Min(Sample, images.Count)), "training images");
    }

    /// <summary>What a network gives for every image, all of it of use.</summary>
    /// <exception cref="DivergedException">Some of it is not: the training before went wrong in its last steps.</exception>
    private Features Outputs<TParams, TState>(
        StageInfo info,
        int step,
        Network<TParams, TState> network,
        Func<TParams, TState, Tensor, Tensor> infer,
        ImageSet images,
        string named
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var frozen = new Frozen(x => infer(network.Params, network.State, x));
        var outputs = Evaluation.Features(frozen, images, options.Device, options.Compute);
        Soundness.Require(info, step, outputs.Values, named);
        return outputs;
    }

    private static PretrainSummary Summarize(StageInfo info, IReadOnlyList<MetricsPoint> curve)
    {
        var last = curve[^1];
        var lastEpoch = curve.Where(point => point.Epoch > last.Epoch - 1);
        return new(
            ImagesPerSecond: (double)last.Step * info.Batch / last.Seconds,
            FinalLoss: lastEpoch.Average(static point => point.Loss)
        );
    }
}

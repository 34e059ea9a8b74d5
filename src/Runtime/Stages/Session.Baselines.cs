using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

public sealed partial class Session
{
    // By reference: records of tensors must not be compared by value. An experiment has one encoder to evaluate.
    private readonly Dictionary<ImageSet, Features> features = new(ReferenceEqualityComparer.Instance);

    /// <summary>A linear classifier on features that are computed once, of images without augmentation (§3.3).</summary>
    public void Linear(
        Handoff<Frozen> encoder,
        ExperimentData data,
        Func<Dense.Params> init,
        Step<Dense.Params, NoState, FeatureBatch> step
    )
    {
        Measure(
            StageNames.Linear,
            () =>
            {
                var train = FeaturesOf(encoder, data.Bank, StageNames.Linear);
                var probe = FitProbe(data, init, step, FeatureBatches.Of(train, step.Batch, OrderKey(StageNames.Linear)));
                RecordLinear(probe, encoder, data, "features computed once");
            }
        );
    }

    /// <summary>A linear classifier on the features of augmented images; the encoder is frozen all the same (§3.3).</summary>
    public void Linear(
        Handoff<Frozen> encoder,
        ExperimentData data,
        Func<Dense.Params> init,
        Func<Frozen, Step<Dense.Params, NoState, LabelledBatch>> stepOf
    )
    {
        Measure(
            StageNames.Linear,
            () =>
            {
                var step = stepOf(encoder.Value);
                var probe = FitProbe(data, init, step, LabelledBatches(StageNames.Linear, data.Bank, step.Batch));
                RecordLinear(probe, encoder, data, "crop and flip");
            }
        );
    }

    private (Dense.Params Probe, StageInfo Info) FitProbe<TBatch>(
        ExperimentData data,
        Func<Dense.Params> init,
        Step<Dense.Params, NoState, TBatch> step,
        Func<int, TBatch> batches
    )
    {
        var info = new StageInfo(StageNames.Linear, data.Bank.Count, step.Batch, step.Total);
        var (probe, _) = Fold(info, Network.Of(init(), NoState.Value).To(options.Device).Begin(), step, batches);
        return (probe.Params, info);
    }

    private void RecordLinear((Dense.Params Probe, StageInfo Info) trained, Handoff<Frozen> encoder, ExperimentData data, string how)
    {
        var test = FeaturesOf(encoder, data.Test, StageNames.Linear);
        using var scope = NewDisposeScope();
        var logits = Dense.Forward(trained.Probe, test.Values);
        Soundness.Require(trained.Info, trained.Info.TotalSteps, logits, MeasuredImages);
        Record(
            StageNames.Linear,
            "linear",
            Accuracy.Of(logits, test.Labels),
            $"labels of {data.Bank.Count} images, frozen encoder, {how}, last step",
            data
        );
    }

    /// <summary>Features of images under the pretrained encoder, computed once for all stages that ask.</summary>
    /// <exception cref="InputException">Some are of no use.</exception>
    private Features FeaturesOf(Handoff<Frozen> encoder, ImageSet images, string neededBy)
    {
        if (!features.TryGetValue(images, out var known))
        {
            known = Evaluation.Features(encoder.Value, images, options.Device, options.Compute);
            if (Soundness.Fault(known.Values) is { } fault)
            {
                throw new InputException(
                    $"{neededBy}: the pretrained network's features hold {fault}: pretrain again with a lower learning rate or a longer warm-up."
                );
            }

            features[images] = known;
        }

        return known;
    }
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

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
            Stages.Linear,
            () =>
            {
                var (train, test) = (FeaturesOf(encoder, data.Bank), FeaturesOf(encoder, data.Test));
                var probe = FitProbe(data, init, step, Loaders.Features(train, step.Batch, OrderKey(Stages.Linear)));
                RecordLinear(probe, test, train.Count, "features computed once");
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
            Stages.Linear,
            () =>
            {
                var step = stepOf(encoder.Value);
                var probe = FitProbe(data, init, step, LabelledBatches(Stages.Linear, data.Bank, step.Batch));
                RecordLinear(probe, FeaturesOf(encoder, data.Test), data.Bank.Count, "crop and flip");
            }
        );
    }

    /// <summary>
    /// The label-only baseline: the network from scratch on the labelled images, once with each learning rate, evaluated as it goes; the
    /// best evaluation counts, which favours the baseline.
    /// </summary>
    public void LabelOnly<TParams, TState>(
        ExperimentData data,
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Func<double, Step<TParams, TState, LabelledBatch>> stepAt,
        Func<TParams, TState, Tensor, Tensor> infer,
        double[] rates,
        int evaluateEvery
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        Measure(
            Stages.Supervised,
            () =>
            {
                var best = rates
                    .SelectMany(rate =>
                        Evaluated(data, () => Fresh(Stages.Supervised, init, start), stepAt(rate), infer, rate, evaluateEvery)
                    )
                    .MaxBy(static evaluation => evaluation.Accuracy.Top1)!;
                var steps = stepAt(rates[0]).Total;
                var evaluations = (steps + evaluateEvery - 1) / evaluateEvery;
                Record(
                    Stages.Supervised,
                    "label-only",
                    best.Accuracy,
                    FormattableString.Invariant(
                        $"{data.Labelled.Count} labels{data.LabelChoiceInWords} from scratch, {Choice(rates.Length, evaluations)}rate {best.Rate}, step {best.Step} of {steps}"
                    )
                );
            }
        );
    }

    private static string Choice(int rates, int evaluations) =>
        rates * evaluations == 1 ? "" : $"best of {rates} rates × {evaluations} evaluations: ";

    private List<LabelOnlyEvaluation> Evaluated<TParams, TState>(
        ExperimentData data,
        Func<Network<TParams, TState>> fresh,
        Step<TParams, TState, LabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> infer,
        double rate,
        int evaluateEvery
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(Stages.Supervised, data.Labelled.Count, step.Batch, step.Total);
        var batches = LabelledBatches(Stages.Supervised, data.Labelled, step.Batch);
        using var ahead = Ahead(info, step, batches);
        var evaluations = new List<LabelOnlyEvaluation>();
        var state = Begin(fresh);
        while (state.Step < step.Total)
        {
            var until = Math.Min(step.Total, state.Step + evaluateEvery);
            state = Training.Fold(
                state,
                step,
                ahead is null ? batches : ahead.Of,
                until,
                StepKey(Stages.Supervised),
                info,
                point => Observe(info, point),
                options.Profiler
            );
            evaluations.Add(new(rate, state.Step, Measured(Network.Of(state), infer, data.Test)));
        }

        // The whole course, so that a reader sees whether it had stopped gaining.
        var course = string.Join(
            ", ",
            evaluations.Select(static evaluation => $"{ResultTable.Percent(evaluation.Accuracy.Top1)} at {evaluation.Step}")
        );
        if (options.ShowsNumbers)
        {
            progress.Note(FormattableString.Invariant($"label-only, rate {rate}: {course}"));
        }

        return evaluations;
    }

    private sealed record LabelOnlyEvaluation(double Rate, int Step, Accuracy Accuracy);

    private Dense.Params FitProbe<TBatch>(
        ExperimentData data,
        Func<Dense.Params> init,
        Step<Dense.Params, NoState, TBatch> step,
        Func<int, TBatch> batches
    )
    {
        var info = new StageInfo(Stages.Linear, data.Bank.Count, step.Batch, step.Total);
        var (probe, _) = Fold(info, Network.Of(init(), NoState.Value).To(options.Device).Begin(), step, batches);
        return probe.Params;
    }

    private void RecordLinear(Dense.Params probe, Features test, int images, string how)
    {
        using var scope = NewDisposeScope();
        var accuracy = Accuracy.Of(Dense.Forward(probe, test.Values), test.Labels);
        Record(Stages.Linear, "linear", accuracy, $"labels of {images} images, frozen encoder, {how}, last step");
    }

    private Features FeaturesOf(Handoff<Frozen> encoder, ImageSet images)
    {
        if (!features.TryGetValue(images, out var known))
        {
            features[images] = known = Evaluation.Features(encoder.Value, images, options.Device, options.Compute);
        }

        return known;
    }
}

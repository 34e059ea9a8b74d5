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
    /// <summary>
    /// The label-only baseline: the network from scratch on the labelled images, once with each learning rate, evaluated as it goes. The
    /// evaluation that is best on the validation images says which rate and step count, the earliest of equals, and the network of that step
    /// is measured. Without validation images the choice is made on the test images, which favours the baseline, and the protocol says so.
    /// A rate at which training diverges does not count; it has a row of its own that says so.
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
            StageNames.Supervised,
            () =>
            {
                var total = stepAt(rates[0]).Total;
                var evaluations = (total + evaluateEvery - 1) / evaluateEvery;
                var chooses = rates.Length * evaluations > 1;
                var chosenOn = chooses ? data.Validation ?? data.Test : data.Test;
                var (best, diverged) = rates.Aggregate(
                    (Best: (LabelOnlyCandidate<TParams, TState>?)null, Diverged: new List<DivergedRate>()),
                    (sofar, rate) =>
                    {
                        var fresh = () => Fresh(StageNames.Supervised, init, start);
                        var (candidate, reason) = Tried(data.Labelled, chosenOn, fresh, stepAt(rate), infer, rate, evaluateEvery);
                        List<DivergedRate> failed = reason is null ? sofar.Diverged : [.. sofar.Diverged, new(rate, reason)];
                        return (LabelOnlyCandidate<TParams, TState>.Better(sofar.Best, candidate), failed);
                    }
                );
                if (best is null)
                {
                    var course = string.Join(
                        ", ",
                        diverged.Select(static one => FormattableString.Invariant($"{one.Rate} ({one.Reason})"))
                    );
                    throw new DivergedException(StageNames.Supervised, $"training diverged at every learning rate: {course}");
                }

                var info = new StageInfo(StageNames.Supervised, data.Labelled.Count, stepAt(best.Rate).Batch, total);
                var measured = ReferenceEquals(chosenOn, data.Test)
                    ? best.Accuracy
                    : Measured(info, best.Step, best.Network, infer, data.Test);
                var choice = chooses ? $"best of {rates.Length} rates × {evaluations} evaluations: " : "";
                var by = !chooses ? "" : $", chosen on {Images(data)}";
                Record(
                    StageNames.Supervised,
                    "label-only",
                    measured,
                    FormattableString.Invariant(
                        $"{data.Labelled.Count} labels{data.LabelChoiceInWords} from scratch, {choice}rate {best.Rate}, step {best.Step} of {total}{by}"
                    ),
                    data
                );
                foreach (var (rate, reason) in diverged)
                {
                    Results.Add(
                        StageNames.Supervised,
                        new(FormattableString.Invariant($"label-only, rate {rate}"), Top1: null, $"diverged, does not count: {reason}")
                    );
                }
            }
        );
    }

    private static string Images(ExperimentData data) =>
        data.Validation is { } held ? $"{held.Count} validation images" : "the test images";

    // One rate from scratch: its best evaluation, or why there is none.
    private (LabelOnlyCandidate<TParams, TState>? Best, string? Diverged) Tried<TParams, TState>(
        ImageSet labelled,
        ImageSet chosenOn,
        Func<Network<TParams, TState>> fresh,
        Step<TParams, TState, LabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> infer,
        double rate,
        int evaluateEvery
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        try
        {
            return (Best(labelled, chosenOn, fresh, step, infer, rate, evaluateEvery), null);
        }
        catch (DivergedException why)
        {
            progress.Note(FormattableString.Invariant($"label-only, rate {rate}: diverged: {why.What}"));
            return (null, why.What);
        }
    }

    private LabelOnlyCandidate<TParams, TState> Best<TParams, TState>(
        ImageSet labelled,
        ImageSet chosenOn,
        Func<Network<TParams, TState>> fresh,
        Step<TParams, TState, LabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> infer,
        double rate,
        int evaluateEvery
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var info = new StageInfo(StageNames.Supervised, labelled.Count, step.Batch, step.Total);
        var batches = LabelledBatches(StageNames.Supervised, labelled, step.Batch);
        using var ahead = Ahead(info, step, batches);
        var course = new List<string>();
        LabelOnlyCandidate<TParams, TState>? best = null;
        MetricsPoint? last = null;
        var state = Begin(fresh);
        while (state.Step < step.Total)
        {
            state = TrainingLoop.Fold(
                state,
                step,
                ahead is null ? batches : ahead.Of,
                until: Math.Min(step.Total, state.Step + evaluateEvery),
                StepKey(StageNames.Supervised),
                info,
                point => last = Observe(info, point),
                options.Profiler
            );
            Soundness.Require(info, state);
            var network = Network.Of(state);
            var accuracy = Measured(info, state.Step, network, infer, chosenOn);
            course.Add($"{ResultTable.Percent(accuracy.Top1)} at {state.Step}");
            if (best is null || accuracy.Top1 > best.Accuracy.Top1)
            {
                // A copy, since the next step writes into the network's own tensors.
                best?.Network.Free();
                best = new(rate, state.Step, accuracy, network.Copy());
            }
        }

        Soundness.Require(info, last ?? throw new InvalidOperationException("No step was taken."));

        // The whole course, so that a reader sees whether it had stopped gaining.
        if (options.ShowsNumbers)
        {
            progress.Note(FormattableString.Invariant($"label-only, rate {rate}: {string.Join(", ", course)}"));
        }
        return best ?? throw new InvalidOperationException("No step was taken.");
    }

    /// <summary>An evaluation of the label-only baseline that may be the one that counts, with a copy of its network.</summary>
    private sealed record LabelOnlyCandidate<TParams, TState>(double Rate, int Step, Accuracy Accuracy, Network<TParams, TState> Network)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        /// <summary>The better of two, the earlier of equals; the other's network is freed.</summary>
        internal static LabelOnlyCandidate<TParams, TState>? Better(
            LabelOnlyCandidate<TParams, TState>? earlier,
            LabelOnlyCandidate<TParams, TState>? later
        )
        {
            var (best, other) = earlier is null || later?.Accuracy.Top1 > earlier.Accuracy.Top1 ? (later, earlier) : (earlier, later);
            other?.Network.Free();
            return best;
        }
    }

    private sealed record DivergedRate(double Rate, string Reason);
}

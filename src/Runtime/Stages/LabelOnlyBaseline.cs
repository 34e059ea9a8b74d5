using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>
/// The label-only baseline: the network from scratch on the labelled images, once with each learning rate, evaluated as it goes. The
/// evaluation that is best on the validation images says which rate and step count, the earliest of equals, and the network of that step
/// is measured. Without validation images the choice is made on the test images, which favours the baseline, and the protocol says so.
/// A rate at which training diverges does not count; it has a row of its own that says so.
/// </summary>
public static class LabelOnlyBaseline
{
    /// <summary>The baseline by a step that carries nothing but statistics.</summary>
    /// <param name="model">The network.</param>
    /// <param name="step">The step with one of the peak learning rates.</param>
    /// <param name="rates">The peak learning rates that are tried.</param>
    /// <param name="evaluateEvery">Steps between evaluations.</param>
    /// <param name="labels">Labelled images drawn for this stage; null for those of fine-tuning.</param>
    public static MeasuringStage Of<TParams, TState>(
        Model<TParams, TState> model,
        Func<double, Step<TParams, TState, LabelledBatch>> step,
        double[] rates,
        int evaluateEvery,
        int? labels = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Of(Trainee.Of(model), step, rates, evaluateEvery, labels);

    /// <summary>The baseline by a step that carries more.</summary>
    public static MeasuringStage Of<TParams, TState, TCarried>(
        Trainee<TParams, TState, TCarried> trainee,
        Func<double, Step<TParams, TCarried, LabelledBatch>> step,
        double[] rates,
        int evaluateEvery,
        int? labels = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new LabelOnlyBaseline<TParams, TState, TCarried>(trainee, step, rates, evaluateEvery, labels);
}

internal sealed class LabelOnlyBaseline<TParams, TState, TCarried>(
    Trainee<TParams, TState, TCarried> trainee,
    Func<double, Step<TParams, TCarried, LabelledBatch>> stepAt,
    double[] rates,
    int evaluateEvery,
    int? labels
) : MeasuringStage
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TCarried : class, ITree<TCarried>
{
    public override string Name => StageNames.Supervised;

    private protected override RunState Measure(RunState state, StageContext context)
    {
        var data = labels is { } own ? context.Data.WithLabels(own) : context.Data;
        var total = stepAt(rates[0]).Total;
        var evaluations = (total + evaluateEvery - 1) / evaluateEvery;
        var chooses = rates.Length * evaluations > 1;
        var chosenOn = chooses ? data.Validation ?? data.Test : data.Test;
        var (best, diverged) = TryAll(data.Labelled, chosenOn, context);
        if (best is null)
        {
            var reasons = diverged.Select(static one => FormattableString.Invariant($"{one.Rate} ({one.Reason})"));
            throw new DivergedException(Name, $"training diverged at every learning rate: {string.Join(", ", reasons)}");
        }

        var info = new StageInfo(Name, data.Labelled.Count, stepAt(best.Rate).Batch, total);
        var measured = ReferenceEquals(chosenOn, data.Test)
            ? best.Accuracy
            : StageTraining.Measured(info, best.Step, Infer(best.Network), data.Test, context);
        var choice = chooses ? $"best of {rates.Length} rates × {evaluations} evaluations: " : "";
        var by = !chooses ? "" : $", chosen on {Images(data)}";
        var row = context.Result(
            "label-only",
            measured,
            FormattableString.Invariant(
                $"{data.Labelled.Count} labels{data.LabelChoiceInWords} from scratch, {choice}rate {best.Rate}, step {best.Step} of {total}{by}"
            ),
            data
        );
        return state.With(Name, [row, .. diverged.Select(Row)]);
    }

    private static ResultRow Row(DivergedRate diverged) =>
        new(FormattableString.Invariant($"label-only, rate {diverged.Rate}"), Top1: null, $"diverged, does not count: {diverged.Reason}");

    private static string Images(ExperimentData data) =>
        data.Validation is { } held ? $"{held.Count} validation images" : "the test images";

    // The network that counts, of what the steps returned.
    private Func<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> Infer(Network<TParams, TCarried> network) =>
        x => trainee.Infer(network.Params, network.State, x);

    private (Candidate? Best, IReadOnlyList<DivergedRate> Diverged) TryAll(ImageSet labelled, ImageSet chosenOn, StageContext context) =>
        rates.Aggregate(
            (Best: (Candidate?)null, Diverged: (IReadOnlyList<DivergedRate>)[]),
            (soFar, rate) =>
            {
                var (candidate, reason) = Try(labelled, chosenOn, rate, context);
                return (Candidate.Better(soFar.Best, candidate), reason is null ? soFar.Diverged : [.. soFar.Diverged, new(rate, reason)]);
            }
        );

    // One rate from scratch: its best evaluation, or why there is none.
    private (Candidate? Best, string? Diverged) Try(ImageSet labelled, ImageSet chosenOn, double rate, StageContext context)
    {
        try
        {
            return (Best(labelled, chosenOn, rate, context), null);
        }
        catch (DivergedException why)
        {
            context.Progress.Note(FormattableString.Invariant($"label-only, rate {rate}: diverged: {why.What}"));
            return (null, why.What);
        }
    }

    private Candidate Best(ImageSet labelled, ImageSet chosenOn, double rate, StageContext context)
    {
        var step = stepAt(rate);
        var info = new StageInfo(Name, labelled.Count, step.Batch, step.Total);
        var batches = context.LabelledBatches(Name, labelled, step.Batch);
        using var ahead = StageTraining.AheadOf(info, step, batches, context);
        var course = new List<string>();
        Candidate? best = null;
        MetricsPoint? last = null;
        var state = StageTraining.Begin(() => StageTraining.Fresh(Name, trainee, context.Options));
        while (state.Step < step.Total)
        {
            state = TrainingLoop.Fold(
                state,
                step,
                ahead is null ? batches : ahead.Of,
                until: Math.Min(step.Total, state.Step + evaluateEvery),
                context.StepKey(Name),
                info,
                point => last = context.Observe(info, point),
                context.Options.Profiler
            );
            Soundness.Require(info, state);
            var network = Network.Of(state);
            var accuracy = StageTraining.Measured(info, state.Step, Infer(network), chosenOn, context);
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
        if (context.Options.ShowsNumbers)
        {
            context.Progress.Note(FormattableString.Invariant($"label-only, rate {rate}: {string.Join(", ", course)}"));
        }

        return best ?? throw new InvalidOperationException("No step was taken.");
    }

    /// <summary>An evaluation of the baseline that may be the one that counts, with a copy of its network.</summary>
    private sealed record Candidate(double Rate, int Step, Accuracy Accuracy, Network<TParams, TCarried> Network)
    {
        /// <summary>The better of two, the earlier of equals; the other's network is freed.</summary>
        internal static Candidate? Better(Candidate? earlier, Candidate? later)
        {
            var (best, other) = earlier is null || later?.Accuracy.Top1 > earlier.Accuracy.Top1 ? (later, earlier) : (earlier, later);
            other?.Network.Free();
            return best;
        }
    }

    private sealed record DivergedRate(double Rate, string Reason);
}

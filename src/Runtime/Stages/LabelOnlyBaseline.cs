using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
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
    /// <summary>The baseline of a network with what its step carries.</summary>
    /// <param name="trainee">The network, with what the step carries.</param>
    /// <param name="step">The step with one of the peak learning rates.</param>
    /// <param name="rates">The peak learning rates that are tried.</param>
    /// <param name="evaluateEvery">Steps between evaluations.</param>
    /// <param name="labels">Labelled images drawn for this stage; null for those of fine-tuning.</param>
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
        var data = labels is { } own ? context.Data.WithLabels(own).OrThrow() : context.Data;
        var total = stepAt(rates[0]).Total;
        var evaluations = (total + evaluateEvery - 1) / evaluateEvery;
        var chooses = rates.Length * evaluations > 1;
        var chosenOn = chooses ? data.Validation ?? data.Test : data.Test;
        var info = new StageInfo(Name, data.Labelled.Count, stepAt(rates[0]).Batch, total);
        var (best, diverged) = TryAll(info, data.Labelled, chosenOn, context);
        if (best is null)
        {
            var reasons = diverged.Select(static one => FormattableString.Invariant($"{one.Rate} ({one.Reason})"));
            throw new DivergedException(Name, $"training diverged at every learning rate: {string.Join(", ", reasons)}");
        }

        var measured = ReferenceEquals(chosenOn, data.Test)
            ? best.Evaluation.Accuracy
            : StageTraining.Measured(info, best.Evaluation.Step, Infer(best.Network), data.Test, context);
        var choice = chooses ? $"best of {rates.Length} rates × {evaluations} evaluations: " : "";
        var by = !chooses ? "" : $", chosen on {Images(data)}";
        var row = context.Result(
            "label-only",
            measured,
            FormattableString.Invariant(
                $"{data.Labelled.Count} labels{data.LabelChoiceInWords} from scratch, {choice}rate {best.Evaluation.Rate}, step {best.Evaluation.Step} of {total}{by}"
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

    private (Candidate<TParams, TCarried>? Best, IReadOnlyList<DivergedRate> Diverged) TryAll(
        StageInfo info,
        ImageSet labelled,
        ImageSet chosenOn,
        StageContext context
    )
    {
        using var keeper = StageKeeper.Open(info, context);
        var standing = LabelOnlyStanding<TParams, TCarried>.Of(keeper.Found, Fresh);
        while (standing.Rate < rates.Length)
        {
            standing = Try(standing, info, labelled, chosenOn, keeper, context);
        }

        context.Progress.Clear();
        return (standing.Best, standing.Diverged);

        Network<TParams, TCarried> Fresh() => StageTraining.Fresh(Name, trainee, context.Options);
    }

    // One rate from scratch, or what is left of it: its best evaluation counts, unless it diverges.
    private LabelOnlyStanding<TParams, TCarried> Try(
        LabelOnlyStanding<TParams, TCarried> start,
        StageInfo info,
        ImageSet labelled,
        ImageSet chosenOn,
        StageKeeper keeper,
        StageContext context
    )
    {
        var (rate, standing) = (rates[start.Rate], start);
        try
        {
            var step = stepAt(rate);
            var batches = context.LabelledBatches(Name, labelled, step.Batch);
            using var prefetcher = StageTraining.Prefetch(info, step, batches, context);
            var state = keeper.TakeUp(StageTraining.Begin(() => StageTraining.Fresh(Name, trainee, context.Options)));
            while (true)
            {
                if (state.Step > standing.Evaluated && (state.Step % evaluateEvery == 0 || state.Step == step.Total))
                {
                    Soundness.Require(info, state);
                    standing = Evaluated(standing, rate, Network.Of(state), state.Step, info, chosenOn, context);
                }

                if (state.Step == step.Total)
                {
                    break;
                }

                state = TrainingLoop.Fold(
                    state,
                    step,
                    prefetcher is null ? batches : prefetcher.Of,
                    until: Math.Min(step.Total, ((state.Step / evaluateEvery) + 1) * evaluateEvery),
                    context.StepKey(Name),
                    keeper.Observer<TParams, TCarried>(before: start.Rate * step.Total, standing.Aside()),
                    keeper.Meter
                );
            }

            Soundness.Require(info, keeper.Curve[^1].Metrics);

            // The whole course, so that a reader sees whether it had stopped gaining.
            if (context.Options.ShowsNumbers)
            {
                context.Progress.Note(FormattableString.Invariant($"label-only, rate {rate}: {string.Join(", ", standing.Course)}"));
            }

            return standing.NextRate();
        }
        catch (DivergedException why)
        {
            context.Progress.Note(FormattableString.Invariant($"label-only, rate {rate}: diverged: {why.What}"));
            return standing.NextRate(new DivergedRate(rate, why.What));
        }
    }

    private LabelOnlyStanding<TParams, TCarried> Evaluated(
        LabelOnlyStanding<TParams, TCarried> standing,
        double rate,
        Network<TParams, TCarried> network,
        int step,
        StageInfo info,
        ImageSet chosenOn,
        StageContext context
    )
    {
        var accuracy = StageTraining.Measured(info, step, Infer(network), chosenOn, context);
        return standing.With(new RateEvaluation(rate, step, accuracy), network, course: $"{ResultTable.Percent(accuracy.Top1)} at {step}");
    }
}

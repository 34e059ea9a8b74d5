using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Step 1: contrastive pretraining on the unlabelled images (§2).</summary>
public static class Pretraining
{
    /// <summary>Pretraining of a network with what its step carries.</summary>
    public static TrainingStage<Pretrained, TParams, TState> Of<TParams, TState, TCarried>(
        Trainee<TParams, TState, TCarried> trainee,
        Step<TParams, TCarried, UnlabelledBatch> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Pretraining<TParams, TState, TCarried, UnlabelledBatch>(
            trainee,
            step,
            static (context, batch) => context.UnlabelledBatches(StageNames.Pretrain, context.Data.Unlabelled, batch),
            online: null
        );

    /// <summary>
    /// Pretraining with a linear classifier trained beside the network, with the labels of the unlabelled images, which the network itself
    /// does not see.
    /// </summary>
    /// <param name="trainee">The network with what the step carries, the classifier among it.</param>
    /// <param name="step">The step.</param>
    /// <param name="online">Logits of the classifier under the running statistics.</param>
    public static TrainingStage<Pretrained, TParams, TState> WithOnlineLinear<TParams, TState, TCarried>(
        Trainee<TParams, TState, TCarried> trainee,
        Step<TParams, TCarried, LabelledBatch> step,
        Func<TParams, TCarried, Tensor, Tensor> online
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Pretraining<TParams, TState, TCarried, LabelledBatch>(
            trainee,
            step,
            static (context, batch) => context.LabelledBatches(StageNames.Pretrain, context.Data.Unlabelled, batch),
            online
        );
}

internal sealed class Pretraining<TParams, TState, TCarried, TBatch>(
    Trainee<TParams, TState, TCarried> trainee,
    Step<TParams, TCarried, TBatch> step,
    Func<StageContext, int, Func<int, TBatch>> batches,
    Func<TParams, TCarried, Tensor, Tensor>? online
) : TrainingStage<Pretrained, TParams, TState, TCarried, TBatch>(trainee)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TCarried : class, ITree<TCarried>
{
    public override string Name => StageNames.Pretrain;

    private protected override PretrainSummary? SummaryOf(RunState state) => state.Results.Pretrain;

    private protected override PreparedTraining<TParams, TCarried, TBatch> Prepare(RunState state, StageContext context)
    {
        var info = new StageInfo(Name, context.Data.Unlabelled.Count, step.Batch, step.Total);
        return new(info, StageTraining.Begin(() => Fresh(context)), step, batches(context, step.Batch)) { Online = Online(info, context) };
    }

    private protected override (Network<TParams, TCarried> Network, RunState Next) Train(
        PreparedTraining<TParams, TCarried, TBatch> training,
        RunState state,
        StageContext context
    )
    {
        var info = training.Info;
        var (trained, curve) = StageTraining.TakeAll(training, context);
        // What the trained network gives is looked at before it is saved.
        StageTraining.RequireUseful(info, x => Trainee.Infer(trained.Params, trained.State, x), context.Data.Unlabelled, context);
        var summary = Summarize(info, curve);
        var loss = context.Options.ShowsNumbers ? FormattableString.Invariant($"loss {summary.FinalLoss:F4} a view, ") : "";
        context.Progress.Note(FormattableString.Invariant($"{Name}: {loss}{summary.ImagesPerSecond:F0} images/s"));
        var next = state.With(summary);
        return (trained, online is null ? next : next.With(Name, OnlineResult(info, trained, online, context)));
    }

    private Func<TrainState<TParams, TCarried>, OnlinePoint?>? Online(StageInfo info, StageContext context)
    {
        if (OnlineMeasurement.Of(context) is not { } measurement)
        {
            return null;
        }

        context.Progress.Note($"{Name}: {measurement.InWords}");
        return state => measurement.IsDue(info, state.Step) ? Measure(state) : null;

        OnlinePoint Measure(TrainState<TParams, TCarried> state)
        {
            var (p, s) = Trainee.Network(state.Params, state.Statistics);
            return measurement.Measure(
                info,
                state.Step,
                x => Trainee.Model.Features(p, s, x),
                online is null ? null : x => online(state.Params, state.Statistics, x),
                context
            );
        }
    }

    private static ResultRow OnlineResult(
        StageInfo info,
        Network<TParams, TCarried> trained,
        Func<TParams, TCarried, Tensor, Tensor> online,
        StageContext context
    ) =>
        context.Result(
            "online linear",
            StageTraining.Measured(info, x => online(trained.Params, trained.State, x), context.Data.Test, context),
            $"labels of {context.Data.Unlabelled.Count} images, trained beside the network on its features without gradient, last step",
            context.Data
        );

    private static PretrainSummary Summarize(StageInfo info, IReadOnlyList<CurvePoint> curve)
    {
        var last = curve[^1];
        var lastEpoch = curve.Where(point => point.Metrics.Epoch > last.Metrics.Epoch - 1);
        return new(
            ImagesPerSecond: (double)last.Metrics.Step * info.Batch / last.Speed.Seconds,
            FinalLoss: lastEpoch.Average(static point => point.Metrics.Loss)
        );
    }
}

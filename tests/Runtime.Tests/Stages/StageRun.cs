using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Runs single stages of networks and steps that a test makes, one after the other, in one run.</summary>
internal sealed class StageRun(RunOptions options, StageStore store, MetricsLog log, Progress progress)
{
    private RunState state = RunState.Empty;

    internal Results Results => state.Results;

    internal static FrozenNetwork Frozen(Func<Tensor, Tensor> infer) => new(_ => new Frozen(infer));

    internal Func<Trained<Pretrained, TParams, TState>> Pretrain<TParams, TState>(
        ExperimentData data,
        Model<TParams, TState> model,
        Step<TParams, TState, UnlabelledBatch> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(Pretraining.Of(Trainee.Of(model), step), data);

    internal void PretrainOnline<TParams, TState>(
        ExperimentData data,
        Model<TParams, TState> model,
        Step<TParams, TState, LabelledBatch> step,
        Func<TParams, TState, Tensor, Tensor> online
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(Pretraining.WithOnlineLinear(Trainee.Of(model), step, online), data);

    internal void Knn(FrozenNetwork encoder, ExperimentData data, int k, double temperature) =>
        Measure(KnnEvaluation.Of(encoder, k, temperature), data);

    internal void Linear(
        FrozenNetwork encoder,
        ExperimentData data,
        Func<Dense.Params> init,
        Step<Dense.Params, NoState, FeatureBatch> step
    ) => Measure(LinearEvaluation.OnFeatures(encoder, init, step), data);

    internal void Linear(
        FrozenNetwork encoder,
        ExperimentData data,
        Func<Dense.Params> init,
        Func<Frozen, Step<Dense.Params, NoState, LabelledBatch>> step
    ) => Measure(LinearEvaluation.OnViews(encoder, init, step, views: "crop and flip"), data);

    internal void LabelOnly<TParams, TState>(
        ExperimentData data,
        Model<TParams, TState> model,
        Func<double, Step<TParams, TState, LabelledBatch>> step,
        double[] rates,
        int evaluateEvery
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Measure(LabelOnlyBaseline.Of(Trainee.Of(model), step, rates, evaluateEvery), data);

    /// <summary>Fine-tuning that begins with a network which no stage of this run trained.</summary>
    internal Func<Trained<FineTuned, TParams, TState>> Finetune<TParams, TState>(
        ExperimentData data,
        Model<TParams, TState> model,
        Func<Network<TParams, TState>> begin,
        Step<TParams, TState, LabelledBatch> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(new Finetuning<TParams, TState, TState>(Trainee.Of(model), _ => begin(), step), data);

    internal Func<Trained<SelfDistilled, TParams, TState>> SelfDistill<TParams, TState>(
        FrozenNetwork teacher,
        ExperimentData data,
        Model<TParams, TState> model,
        Func<Frozen, Step<TParams, TState, UnlabelledBatch>> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(SelfDistillation.Of(teacher, Trainee.Of(model), step), data);

    internal Func<Trained<SelfDistilled, TParams, TState>> SelfDistill<TParams, TState>(
        FrozenNetwork teacher,
        ExperimentData data,
        Model<TParams, TState> model,
        Func<Frozen, Step<TParams, TState, MixedBatch>> step,
        int labelBatch
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(SelfDistillation.WithLabels(teacher, Trainee.Of(model), step, labelBatch), data);

    internal Func<Trained<Distilled, TParams, TState>> Distill<TParams, TState>(
        FrozenNetwork teacher,
        ExperimentData data,
        Model<TParams, TState> model,
        Func<Frozen, Step<TParams, TState, UnlabelledBatch>> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(Distillation.Of(teacher, Trainee.Of(model), step), data);

    internal void Distill<TParams, TState>(
        FrozenNetwork teacher,
        ExperimentData data,
        Model<TParams, TState> model,
        Func<Frozen, Step<TParams, TState, MixedBatch>> step,
        int labelBatch
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(Distillation.WithLabels(teacher, Trainee.Of(model), step, labelBatch), data);

    internal void DistillOnLabelled<TParams, TState>(
        FrozenNetwork teacher,
        ExperimentData data,
        Model<TParams, TState> model,
        Func<Frozen, Step<TParams, TState, LabelledBatch>> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Run(Distillation.OnLabelled(teacher, Trainee.Of(model), step), data);

    private Func<Trained<TStage, TParams, TState>> Run<TStage, TParams, TState>(
        TrainingStage<TStage, TParams, TState> stage,
        ExperimentData data
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        Measure(stage, data);
        var after = state;
        return () => stage.NetworkOf(after);
    }

    private void Measure(Stage stage, ExperimentData data) => state = stage.Run(state, new(options, data, store, log, progress));
}

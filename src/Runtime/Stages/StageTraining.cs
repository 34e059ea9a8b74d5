using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>What stages that train have in common.</summary>
internal static class StageTraining
{
    /// <summary>What messages call the images that results are measured on.</summary>
    internal const string MeasuredImages = "the images it is measured on";

    // So many images show whether a network gives numbers that are of use.
    private const int Sample = 64;

    /// <summary>A network before its first step, from random weights.</summary>
    internal static Network<TParams, TCarried> Fresh<TParams, TState, TCarried>(
        string stage,
        Trainee<TParams, TState, TCarried> trainee,
        StageContext context
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried>
    {
        var key = context.KeyOf(stage);
        var p = trainee.Model.Init(key.At("init"));
        return new Network<TParams, TCarried>(p, trainee.Carry(p, trainee.Model.Start(p), key.At("memory"))).To(context.Options.Device);
    }

    /// <summary>A training state that starts from a network of its own, of which nothing else remains.</summary>
    internal static TrainState<TParams, TState> Begin<TParams, TState>(Func<Network<TParams, TState>> fresh)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        return fresh().Begin();
    }

    /// <summary>Takes all steps of a stage from a state.</summary>
    /// <exception cref="DivergedException">Numbers grew beyond use on the way.</exception>
    internal static (Network<TParams, TState> Network, IReadOnlyList<MetricsPoint> Curve) TakeAll<TParams, TState, TBatch>(
        StageInfo info,
        TrainState<TParams, TState> start,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        StageContext context
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var ahead = AheadOf(info, step, batches, context);
        var curve = new List<MetricsPoint>();
        context.Options.Watch?.Begin(Network.Of(start));
        var state = TrainingLoop.Fold(
            start,
            step,
            ahead is null ? batches : ahead.Of,
            info.TotalSteps,
            context.StepKey(info.Stage),
            info,
            point => curve.Add(context.Observe(info, point)),
            context.Options.Profiler,
            context.Options.Watch
        );
        context.Progress.Clear();
        Soundness.Require(info, state);
        Soundness.Require(info, curve[^1]);
        return (Network.Of(state), curve);
    }

    /// <summary>Batches made ahead, where a step has something to make of them; else null.</summary>
    internal static Ahead<TBatch>? AheadOf<TParams, TState, TBatch>(
        StageInfo info,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        StageContext context
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        step.Prepare is { } prepare
            ? new(
                number =>
                {
                    var batch = batches(number);
                    prepare(batch, context.StepKey(info.Stage).At(number));
                    return batch;
                },
                info.TotalSteps
            )
            : null;

    /// <summary>How often a network is right that a stage has trained to its end.</summary>
    internal static Accuracy Measured(StageInfo info, Func<Tensor, Tensor> infer, ImageSet images, StageContext context) =>
        Measured(info, info.TotalSteps, infer, images, context);

    /// <summary>The same after some of its steps.</summary>
    internal static Accuracy Measured(StageInfo info, int step, Func<Tensor, Tensor> infer, ImageSet images, StageContext context)
    {
        using var scope = NewDisposeScope();
        var logits = Outputs(info, step, infer, images, MeasuredImages, context);
        return Accuracy.Of(logits.Values, logits.Labels);
    }

    /// <summary>Throws where what a network gives for some of its training images is of no use.</summary>
    internal static void RequireUseful(StageInfo info, Func<Tensor, Tensor> infer, ImageSet images, StageContext context)
    {
        using var scope = NewDisposeScope();
        _ = Outputs(info, info.TotalSteps, infer, images.First(Math.Min(Sample, images.Count)), "training images", context);
    }

    /// <summary>What a network gives for every image, all of it of use.</summary>
    /// <exception cref="DivergedException">Some of it is not: the training before went wrong in its last steps.</exception>
    private static Features Outputs(
        StageInfo info,
        int step,
        Func<Tensor, Tensor> infer,
        ImageSet images,
        string named,
        StageContext context
    )
    {
        var outputs = Evaluation.Features(new(infer), images, context.Options.Device, context.Options.Compute);
        Soundness.Require(info, step, outputs.Values, named);
        return outputs;
    }
}

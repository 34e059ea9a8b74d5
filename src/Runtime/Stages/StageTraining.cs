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

    // Number of training images on which a trained network's outputs are checked before it is saved.
    private const int Sample = 64;

    /// <summary>A network before its first step, from random weights.</summary>
    internal static Network<TParams, TCarried> Fresh<TParams, TState, TCarried>(
        string stage,
        Trainee<TParams, TState, TCarried> trainee,
        RunOptions options
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried>
    {
        var key = options.KeyOf(stage);
        var p = trainee.Model.Init(key.At("init"));
        return new Network<TParams, TCarried>(p, trainee.Carry(p, trainee.Model.Start(p), key.At("memory"))).To(options.Device);
    }

    /// <summary>Builds a network, copies it into a training state, and frees the original.</summary>
    internal static TrainState<TParams, TState> Begin<TParams, TState>(Func<Network<TParams, TState>> fresh)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        return fresh().Begin();
    }

    /// <summary>Takes all steps of a stage, or those that are left where it was interrupted.</summary>
    /// <param name="training">The training of the stage.</param>
    /// <param name="context">The world.</param>
    /// <exception cref="DivergedException">Numbers grew beyond use on the way.</exception>
    internal static (Network<TParams, TState> Network, IReadOnlyList<CurvePoint> Curve) TakeAll<TParams, TState, TBatch>(
        PreparedTraining<TParams, TState, TBatch> training,
        StageContext context
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var (info, fresh, step, batches) = training;
        using var keeper = StageKeeper.Open(info, context);
        var start = keeper.TakeUp(fresh);
        using var prefetcher = Prefetch(info, step, batches, context);
        context.Options.Watch?.Begin(Network.Of(start));
        var warnings = StageWarnings.Of(info, context);
        var taken = start.Step;
        try
        {
            var state = TrainingLoop.Fold(
                start,
                step,
                prefetcher is null ? batches : prefetcher.Of,
                info.TotalSteps,
                context.StepKey(info.Stage),
                Observer(),
                keeper.Meter
            );
            context.Progress.Clear();
            Soundness.Require(info, state);
            Soundness.Require(info, keeper.Curve[^1].Metrics);
            return (Network.Of(state), keeper.Curve);
        }
        catch (DivergedException diverged)
        {
            warnings.Write(diverged, taken);
            throw;
        }

        // What is measured after a step is written down before the checkpoint of that step.
        LoopObserver<TParams, TState> Observer()
        {
            var kept = keeper.Observer<TParams, TState>();
            return kept with
            {
                Point = point =>
                {
                    kept.Point(point);
                    warnings.Look(keeper.Curve);
                },
                Stepped = state =>
                {
                    taken = state.Step;
                    if (training.Online?.Invoke(state) is { } point)
                    {
                        keeper.Add(point);
                        warnings.Look(point);
                    }

                    kept.Stepped!(state);
                },
            };
        }
    }

    /// <summary>Makes batches one step ahead on another thread, if the step has something to prepare of them; else null.</summary>
    internal static Prefetcher<TBatch>? Prefetch<TParams, TState, TBatch>(
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

    /// <summary>Accuracy of a stage's network after its last step.</summary>
    internal static Accuracy Measured(StageInfo info, Func<Tensor, Tensor> infer, ImageSet images, StageContext context) =>
        Measured(info, info.TotalSteps, infer, images, context);

    /// <summary>Accuracy of its network after some of its steps.</summary>
    internal static Accuracy Measured(StageInfo info, int step, Func<Tensor, Tensor> infer, ImageSet images, StageContext context)
    {
        using var scope = NewDisposeScope();
        var logits = Outputs(info, step, infer, images, MeasuredImages, context);
        return Accuracy.Of(logits.Values, logits.Labels);
    }

    /// <summary>
    /// Throws unless a network's outputs for some of its training images are finite and below the limit of <see cref="Soundness"/>.
    /// </summary>
    internal static void RequireUseful(StageInfo info, Func<Tensor, Tensor> infer, ImageSet images, StageContext context)
    {
        using var scope = NewDisposeScope();
        _ = Outputs(info, info.TotalSteps, infer, images.First(Math.Min(Sample, images.Count)), "training images", context);
    }

    /// <summary>A network's outputs for every image, checked to be finite and below the limit of <see cref="Soundness"/>.</summary>
    /// <exception cref="DivergedException">Some are not: training diverged in its last steps.</exception>
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

using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// The loop: training is a fold of a step over batches. The only loop of the runtime; its clock feeds nothing but curves.
/// </summary>
internal static class TrainingLoop
{
    // A loss is read from the device this often; reading each one would make the host wait at every step.
    private const int StepsAPoint = 10;

    /// <summary>Folds <paramref name="step"/> over batches until the state has taken <paramref name="until"/> steps.</summary>
    /// <param name="start">Consumed by the first step.</param>
    /// <param name="step">The generated step.</param>
    /// <param name="batches">The batch of each step.</param>
    /// <param name="until">Number of the last step, at most the stage's total.</param>
    /// <param name="key">Key of the stage; each step gets its own.</param>
    /// <param name="observer">Sees how the training goes.</param>
    /// <param name="meter">Measures the steps; left out, a new one.</param>
    public static TrainState<TParams, TState> Fold<TParams, TState, TBatch>(
        TrainState<TParams, TState> start,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        int until,
        Key key,
        LoopObserver<TParams, TState> observer,
        Meter? meter = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var own = meter is null ? new Meter() : null;
        var (state, measured, info) = (start, meter ?? own!, observer.Info);
        Ranks.Current.Broadcast(state.AllLeaves(), "the state before training:");
        while (state.Step < until)
        {
            using var profiled = Spans.OfStep(observer.Profiler, info, number: state.Step + 1);
            Ranks.Current.At(FormattableString.Invariant($"step {state.Step + 1} of {info.Stage}"));
            var rate = step.Rate(state.Step);
            state = Once(state, step, batches, key, measured, observer.Watch);
            if (IsPoint(state.Step, until))
            {
                var (loss, accuracy, stepsPerSecond) = measured.Point();
                RequireFinite(loss, info, state.Step);
                observer.Point(
                    new(
                        new(info.Stage, state.Step, Epoch: (double)state.Step * info.Batch / info.Images, loss, accuracy, rate),
                        new(
                            info.Stage,
                            state.Step,
                            ImagesPerSecond: stepsPerSecond * info.Batch,
                            measured.Seconds,
                            Environment.WorkingSet,
                            Tensor.TotalCount
                        )
                    )
                );
            }

            observer.Stepped?.Invoke(state);
        }

        return state;
    }

    /// <summary>Whether the curves have a point after so many steps.</summary>
    internal static bool IsPoint(int step, int last) => step % StepsAPoint == 0 || step == last;

    /// <summary>One step in a scope of its own: everything it made is freed but the leaves of the state it returned.</summary>
    internal static TrainState<TParams, TState> Once<TParams, TState, TBatch>(
        TrainState<TParams, TState> state,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        Key key,
        Meter meter,
        ITrainingWatch? watch = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var before = state.AllLeaves().Select(static leaf => leaf.Value).ToHashSet(ReferenceEqualityComparer.Instance);
        using var scope = NewDisposeScope();
        var (next, metrics) = step.Take(state, BatchOf(batches, state.Step), key.At(state.Step));
        meter.Add(metrics);
        watch?.Step(metrics);

        // Leaves that the step donated are the same tensors and stay; the ones it replaced are freed.
        var after = next.AllLeaves().Select(static leaf => leaf.Value).ToList();
        foreach (var leaf in after.Where(leaf => !before.Remove(leaf)))
        {
            leaf.DetachFromDisposeScope();
        }

        foreach (var replaced in before.Cast<Tensor>())
        {
            replaced.Dispose();
        }

        return next;
    }

    private static TBatch BatchOf<TBatch>(Func<int, TBatch> batches, int step)
    {
        using var span = Spans.Of(StepPhase.Data, "batch");
        return batches(step);
    }

    private static void RequireFinite(double loss, StageInfo info, int step)
    {
        if (!double.IsFinite(loss))
        {
            throw new DivergedException(info.Stage, FormattableString.Invariant($"the loss is {loss} at step {step} of {info.TotalSteps}"));
        }
    }
}

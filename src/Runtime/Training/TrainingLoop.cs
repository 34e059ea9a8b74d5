using System.Diagnostics;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// The loop: training is a fold of a step over batches. The only loop of the runtime; its clock feeds nothing but curves.
/// </summary>
public static class TrainingLoop
{
    // A loss is read from the device this often; reading each one would make the host wait at every step.
    private const int StepsAPoint = 10;

    /// <summary>Folds <paramref name="step"/> over batches until the state has taken <paramref name="until"/> steps.</summary>
    /// <param name="start">Consumed by the first step.</param>
    /// <param name="step">The generated step.</param>
    /// <param name="batches">The batch of each step.</param>
    /// <param name="until">Number of the last step, at most the stage's total.</param>
    /// <param name="key">Key of the stage; each step gets its own.</param>
    /// <param name="info">What to call it.</param>
    /// <param name="observe">Sees each point of the curves.</param>
    /// <param name="profiler">Measures where the time of some steps goes, where one is given.</param>
    /// <param name="watch">Sees each step, or null.</param>
    public static TrainState<TParams, TState> Fold<TParams, TState, TBatch>(
        TrainState<TParams, TState> start,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        int until,
        Key key,
        StageInfo info,
        Action<MetricsPoint> observe,
        Profiler? profiler = null,
        ITrainingWatch? watch = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var state = start;
        var (clock, pointClock, pointStart) = (Stopwatch.StartNew(), Stopwatch.StartNew(), state.Step);
        using var sums = new Sums();
        while (state.Step < until)
        {
            using var profiled = Spans.OfStep(profiler, info, number: state.Step + 1);
            var rate = step.Rate(state.Step);
            state = Once(state, step, batches, key, sums, watch);
            if ((state.Step % StepsAPoint) == 0 || state.Step == until)
            {
                var (loss, accuracy) = sums.Read();
                RequireFinite(loss, info, state.Step);
                observe(
                    new(
                        info.Stage,
                        state.Step,
                        Epoch: (double)state.Step * info.Batch / info.Images,
                        loss,
                        accuracy,
                        rate,
                        ImagesPerSecond: (state.Step - pointStart) * info.Batch / pointClock.Elapsed.TotalSeconds,
                        clock.Elapsed.TotalSeconds,
                        Environment.WorkingSet,
                        Tensor.TotalCount
                    )
                );
                pointStart = state.Step;
                pointClock.Restart();
            }
        }

        return state;
    }

    /// <summary>One step in a scope of its own: everything it made is freed but the leaves of the state it returned.</summary>
    internal static TrainState<TParams, TState> Once<TParams, TState, TBatch>(
        TrainState<TParams, TState> state,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches,
        Key key,
        Sums sums,
        ITrainingWatch? watch = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var before = state.AllLeaves().Select(static leaf => leaf.Value).ToHashSet(ReferenceEqualityComparer.Instance);
        using var scope = NewDisposeScope();
        var (next, metrics) = step.Take(state, BatchOf(batches, state.Step), key.At(state.Step));
        sums.Add(metrics);
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

    /// <summary>Sums of losses and accuracies since the last point, kept on the device.</summary>
    internal sealed class Sums : IDisposable
    {
        private Tensor? sum;
        private int count;

        public void Add(StepMetrics metrics)
        {
            using var scope = no_grad();
            var pair = stack([metrics.Loss, metrics.Accuracy]);
            if (sum is null)
            {
                sum = pair.clone().DetachFromDisposeScope();
            }
            else
            {
                sum.add_(pair);
            }

            count++;
        }

        public (double Loss, double Accuracy) Read()
        {
            using var scope = NewDisposeScope();
            var values = (sum ?? throw new InvalidOperationException("No step was taken.")).cpu().data<float>().ToArray();
            var means = (values[0] / count, values[1] / count);
            sum.zero_();
            count = 0;
            return means;
        }

        public void Dispose() => sum?.Dispose();
    }
}

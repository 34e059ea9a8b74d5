using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>
/// Takes steps of a stage again, from its beginning or from a checkpoint, and looks after each for numbers that are not finite. Running
/// statistics are what shows them in the forward pass: each batch norm notes mean and variance of what the convolution before it gave.
/// </summary>
internal static class StageReplay
{
    private const int MostImages = 256;

    /// <summary>Takes the steps from the newest checkpoint before one step, or from the beginning, up to that step.</summary>
    /// <param name="training">The training of the stage.</param>
    /// <param name="wanted">The step, counted from 1.</param>
    /// <param name="context">The world, in which nothing is written.</param>
    /// <exception cref="InputException">The stage has no such step.</exception>
    internal static ReplayedStep Take<TParams, TState, TBatch>(
        PreparedTraining<TParams, TState, TBatch> training,
        int wanted,
        StageContext context
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var (info, fresh, step, batches) = training;
        RequireStep(info, wanted);
        using var keeper = StageKeeper.Open(info, context, newest: wanted - 1);
        var state = keeper.TakeUp(fresh);
        var (after, key, seen) = (state.Step, context.StepKey(info.Stage), new LastStep());
        NonFinite? fault = null;
        SeenImages? images = null;
        double? point = null;
        while (state.Step < wanted)
        {
            if (state.Step == wanted - 1)
            {
                images = Images(step, batches(state.Step), key.At(state.Step));
            }

            state = TrainingLoop.Once(state, step, batches, key, keeper.Meter, seen);
            fault ??= Fault(state, seen.Loss);
            point = TrainingLoop.IsPoint(state.Step, info.TotalSteps) ? keeper.Meter.Point().Loss : null;
            context.Progress.Count("steps", state.Step - after, wanted - after);
        }

        context.Progress.Clear();
        return new(wanted, info.TotalSteps, after, seen.Loss, seen.Accuracy, step.Rate(wanted - 1))
        {
            PointLoss = point,
            Fault = fault,
            Images = images,
        };
    }

    private static void RequireStep(StageInfo info, int step)
    {
        if (step < 1 || step > info.TotalSteps)
        {
            throw new InputException(
                FormattableString.Invariant($"{info.Stage} has the steps 1 to {info.TotalSteps}, and no step {step}.")
            );
        }
    }

    // In the order in which a step computes them. Gradients are computed from the end of the network on, and momentum holds them.
    private static NonFinite? Fault<TParams, TState>(TrainState<TParams, TState> state, double loss)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        if (Of(state.Statistics.Leaves()) is { } statistic)
        {
            return new(state.Step, "forward pass", statistic.Path, statistic.Value);
        }

        if (!double.IsFinite(loss))
        {
            return new(state.Step, "loss", "", FormattableString.Invariant($"{loss}"));
        }

        if (Of([.. state.Momentum.Leaves().Reverse()]) is { } gradient)
        {
            return new(state.Step, "gradient", gradient.Path, gradient.Value);
        }

        return Of(state.Params.Leaves()) is { } weight ? new(state.Step, "update", weight.Path, weight.Value) : null;

        static (string Path, string Value)? Of(IReadOnlyList<Leaf> leaves) => Soundness.Fault(leaves, limit: double.MaxValue);
    }

    private static SeenImages? Images<TParams, TState, TBatch>(Step<TParams, TState, TBatch> step, TBatch batch, Key key)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var tiles = step.Read(batch, key)
            .Select(static leaf => leaf.Value)
            .Where(static value => value.dim() == 4)
            .SelectMany(Views)
            .ToList();
        if (tiles.Count == 0)
        {
            return null;
        }

        var shown = (int)Math.Min(MostImages, tiles[0].size(0));
        var groups = stack([.. tiles.Where(tile => tile.size(0) == tiles[0].size(0)).Select(tile => tile.narrow(0, 0, shown))], dim: 1);
        return new(ContactSheet.Of(groups), shown, (int)tiles[0].size(0));

        // Images of a network in bfloat16 have their rounding errors in channels of their own. Both views of a batch lie behind each other.
        IEnumerable<Tensor> Views(Tensor images)
        {
            var whole = images.dtype == bfloat16 ? Pixels.Sum(images) : images;
            return whole.size(0) == 2L * step.Batch ? whole.chunk(2, 0) : [whole];
        }
    }

    private sealed class LastStep : ITrainingWatch
    {
        public double Loss { get; private set; }

        public double Accuracy { get; private set; }

        public void Begin<TParams, TState>(Network<TParams, TState> network)
            where TParams : class, ITree<TParams>
            where TState : class, ITree<TState> { }

        public void Step(StepMetrics metrics) => (Loss, Accuracy) = (Number(metrics.Loss), Number(metrics.Accuracy));

        private static double Number(Tensor scalar)
        {
            using var scope = NewDisposeScope();
            return scalar.to(float64).cpu().item<double>();
        }
    }
}

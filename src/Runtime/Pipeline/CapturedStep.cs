using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>A step that a device has recorded, or will: each goes on from the state that the one before it returned.</summary>
internal abstract class CapturedStep<TParams, TState, TBatch>(Step<TParams, TState, TBatch> step)
    : Step<TParams, TState, TBatch>(step.Rate, step.Batch, step.Total),
        IDisposable
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    public abstract void Dispose();
}

/// <summary>
/// A step whose learning is recorded once as a graph of the device, and then replayed: the host asks for all of its kernels at once, in
/// place of one by one. Weights, momentum and everything else of the state stay in the tensors they were in when it was recorded; what a
/// batch gives and the numbers of a step are copied into tensors that the recording reads.
/// </summary>
internal sealed class CapturedStep<TParams, TState, TBatch, TInput>(
    Step<TParams, TState, TBatch> step,
    Func<TBatch, Key, TInput> read,
    Learning<TParams, TState, TInput> learn,
    IStepGraph graph,
    Action<string> refused
) : CapturedStep<TParams, TState, TBatch>(step)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TInput : class, ITree<TInput>
{
    // First calls choose algorithms and make workspaces, which cannot be recorded; and only the second step starts from a state that a
    // step has made.
    private const int Warmup = 3;

    private int taken;
    private bool refusal;
    private Recording? recording;

    public override (TrainState<TParams, TState> Next, StepMetrics Out) Take(TrainState<TParams, TState> state, TBatch batch, Key key)
    {
        var input = read(batch, key);
        if (taken++ >= Warmup && !refusal)
        {
            recording ??= Record(state, input);
        }

        return recording is null ? learn(state, input, new(state.Step, Rate(state.Step))) : Replayed(recording, state, input);
    }

    internal override CapturedStep<TParams, TState, TBatch> Captured(IStepGraph graph, Action<string> refused) =>
        throw new InvalidOperationException("The step is captured already.");

    public override void Dispose()
    {
        graph.Dispose();
        recording?.Dispose();
    }

    private (TrainState<TParams, TState> Next, StepMetrics Out) Replayed(
        Recording recorded,
        TrainState<TParams, TState> state,
        TInput input
    )
    {
        recorded.Load(state, input, Rate(state.Step));
        graph.Replay();
        var (p, s, velocity, step) = state.Consume(by: nameof(CapturedStep<,,,>));
        return (new(p, s, velocity, step + 1), recorded.Metrics);
    }

    // Recording does nothing yet: where the device refuses, the state is as it was.
    private Recording? Record(TrainState<TParams, TState> state, TInput input)
    {
        var recorded = new Recording(state, input);
        try
        {
            graph.Record(() => recorded.Learn(learn));
            return recorded;
        }
        catch (StepGraphException reason)
        {
            recorded.Dispose();
            refusal = true;
            refused(reason.Message);
            return null;
        }
    }

    /// <summary>The tensors that a recording reads and writes.</summary>
    private sealed class Recording : IDisposable
    {
        private readonly TrainState<TParams, TState> state;
        private readonly IReadOnlyList<Tensor> kept;
        private readonly TInput input;
        private readonly Tensor numbers;
        private readonly Tensor measured;

        /// <summary>Of the state's own tensors, and of copies of the input's.</summary>
        internal Recording(TrainState<TParams, TState> state, TInput input)
        {
            using var off = no_grad();
            this.state = state.Again();
            kept = [.. state.AllLeaves().Select(static leaf => leaf.Value)];
            var device = kept[0].device;
            this.input = input.Map(static leaf => leaf.Value.clone().DetachFromDisposeScope());
            numbers = zeros(2, dtype: float64, device: device).DetachFromDisposeScope();
            measured = zeros(2, dtype: float32, device: device).DetachFromDisposeScope();
        }

        /// <summary>Loss and accuracy of the last replay.</summary>
        internal StepMetrics Metrics => new(measured[0], measured[1]);

        /// <summary>Learns as a step does, and leaves everything where the next replay finds it.</summary>
        internal void Learn(Learning<TParams, TState, TInput> learn)
        {
            using var scope = NewDisposeScope();
            var (next, metrics) = learn(state.Again(), input, new(StepNumber.Of(numbers[0]), StepNumber.Of(numbers[1])));
            using var off = no_grad();
            foreach (var (tensor, made) in kept.Zip(next.AllLeaves().Select(static leaf => leaf.Value)))
            {
                if (!ReferenceEquals(tensor, made))
                {
                    tensor.copy_(made);
                }
            }

            measured.copy_(stack([metrics.Loss, metrics.Accuracy]));
        }

        /// <summary>Puts a batch and the numbers of a step where the next replay reads them.</summary>
        /// <exception cref="InvalidOperationException">The state is of other tensors than the recording's.</exception>
        internal void Load(TrainState<TParams, TState> from, TInput batch, double rate)
        {
            if (!from.AllLeaves().Select(static leaf => leaf.Value).SequenceEqual(kept, ReferenceEqualityComparer.Instance))
            {
                throw new InvalidOperationException("A captured step goes on from the state that it returned, and from no other.");
            }

            using var off = no_grad();
            foreach (var (place, leaf) in input.Leaves().Zip(batch.Leaves()))
            {
                place.Value.copy_(leaf.Value);
            }

            using var now = tensor([from.Step, rate], dtype: float64);
            numbers.copy_(now.Upload(numbers.device));
        }

        public void Dispose()
        {
            foreach (var leaf in input.Leaves())
            {
                leaf.Value.Dispose();
            }

            numbers.Dispose();
            measured.Dispose();
        }
    }
}

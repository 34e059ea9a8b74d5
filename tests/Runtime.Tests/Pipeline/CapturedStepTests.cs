namespace SimClrDsl.Runtime.Tests.Pipeline;

/// <summary>Steps that are recorded once and replayed.</summary>
[Collection(nameof(MemoryTests))]
public sealed class CapturedStepTests
{
    private const int Steps = 7;
    private const int Unrecorded = 3;

    /// <summary>
    /// Stands for a device's graph: a replay does the recorded work again, as it was recorded. Whatever the work knew of its step besides
    /// tensors is of that step for ever, and is seen by where training goes.
    /// </summary>
    private sealed class Rerun : IStepGraph
    {
        private Action? recorded;

        internal int Replays { get; private set; }

        public void Record(Action work) => recorded = work;

        public void Replay()
        {
            recorded!();
            Replays++;
        }

        public void Dispose() => recorded = null;
    }

    private sealed class Refusal : IStepGraph
    {
        public void Record(Action work) => throw new StepGraphException("no such operation", new InvalidOperationException());

        public void Replay() => throw new InvalidOperationException("Nothing was recorded.");

        public void Dispose() { }
    }

    [Fact]
    public void Pretraining() => TrainsAlike(Trials.Pretrain);

    [Fact]
    public void Pretraining_with_a_memory() => TrainsAlike(MemoryTrials.Both);

    [Fact]
    public void Pretraining_with_a_memory_of_one_direction() => TrainsAlike(MemoryTrials.First);

    [Fact]
    public void Pretraining_with_a_classifier_beside_it() => TrainsAlike(MicrobatchTrials.Online);

    [Fact]
    public void Pretraining_with_Adam_clipping_and_averages() => TrainsAlike(AdamTrials.Pretrain);

    [Fact]
    public void Pretraining_in_microbatches() => TrainsAlike(MicrobatchTrials.Memory);

    [Fact]
    public void Fine_tuning() => TrainsAlike(Trials.Finetune);

    [Fact]
    public void Fine_tuning_in_microbatches() => TrainsAlike(PartsTrials.Finetune);

    [Fact]
    public void Distillation_in_microbatches() => TrainsAlike(PartsTrials.Distill(Trials.Teacher().Teacher));

    [Fact]
    public void Fine_tuning_with_AdamW() => TrainsAlike(AdamTrials.Finetune);

    [Fact]
    public void Linear_evaluation() => TrainsAlike(Trials.Linear);

    [Fact]
    public void The_label_only_baseline() => TrainsAlike(Trials.LabelOnly);

    [Fact]
    public void Distillation() => TrainsAlike(AdamTrials.Distill(Trials.Teacher().Teacher));

    [Fact]
    public void Distillation_with_labels() => TrainsAlike(Trials.DistillWithLabels(Trials.BottleneckTeacher().Teacher));

    [Fact]
    public void The_state_stays_in_its_tensors()
    {
        var trial = MemoryTrials.Both;
        using var captured = trial.Step.Captured(new Rerun(), Refused);
        var recorded = (trial with { Step = captured }).Fold(trial.Start(), until: 4);
        var tensors = recorded.AllLeaves().Select(static leaf => leaf.Value).ToList();
        var later = (trial with { Step = captured }).Fold(recorded, until: 6);
        Assert.Equal(6, later.Step);
        Assert.Equal(tensors, later.AllLeaves().Select(static leaf => leaf.Value), ReferenceEqualityComparer.Instance);
    }

    [Fact]
    public void Another_state_is_refused()
    {
        var trial = Trials.Linear;
        using var captured = trial.Step.Captured(new Rerun(), Refused);
        _ = (trial with { Step = captured }).Fold(trial.Start(), until: 5);
        var error = Assert.Throws<InvalidOperationException>(() => (trial with { Step = captured }).Fold(trial.Start(), until: 1));
        Assert.Equal("A captured step goes on from the state that it returned, and from no other.", error.Message);
    }

    [Fact]
    public void Where_the_device_cannot_record_training_goes_on_as_it_was()
    {
        var (trial, reasons) = (Trials.Pretrain, new List<string>());
        using var captured = trial.Step.Captured(new Refusal(), reasons.Add);
        Trials.Same(trial, trial with { Step = captured }, Steps);
        Assert.Equal(["no such operation"], reasons);
    }

    [Fact]
    public void Nothing_of_a_recording_outlives_it()
    {
        var trial = Trials.Linear;
        long? Left()
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            var before = Heap.SettledTensors();
            using (var captured = trial.Step.Captured(new Rerun(), Refused))
            {
                var end = (trial with { Step = captured }).Fold(trial.Start(), until: 5);
                foreach (var leaf in end.AllLeaves())
                {
                    leaf.Value.Dispose();
                }
            }

            return Capabilities.LiveTensors - before;
        }

        _ = Left();
        Assert.Equal(0, Left());
    }

    private static void Refused(string reason) => Assert.Fail(reason);

    // Numbers that the host does not know are multiplied in another order, which rounds otherwise, and a training of many steps makes any
    // difference large. Each replay is held against a step that begins where it began.
    private static void TrainsAlike<TParams, TState, TBatch>(Trial<TParams, TState, TBatch> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var graph = new Rerun();
        using var captured = trial.Step.Captured(graph, Refused);
        var replayed = trial with { Step = captured };
        var state = replayed.Fold(trial.Start(), until: Unrecorded);
        for (var step = Unrecorded + 1; step <= Steps; step++)
        {
            var from = state.AllLeaves().Select(static leaf => leaf.Value.Floats()).ToList();
            var (one, other) = (new List<MetricsPoint>(), new List<MetricsPoint>());
            var expected = trial.Fold(Copy(state), until: step, one.Add);
            state = replayed.Fold(state, until: step, other.Add);
            Alike(from, expected.AllLeaves(), state.AllLeaves());
            Assert.Equal(Assert.Single(one).Loss, Assert.Single(other).Loss, 1e-5 * one[0].Loss);
            Assert.Equal(one[0].Accuracy, other[0].Accuracy, 1e-6);
        }

        Assert.Equal(Steps, state.Step);
        Assert.Equal(Steps - Unrecorded, graph.Replays);
    }

    private static TrainState<TParams, TState> Copy<TParams, TState>(TrainState<TParams, TState> state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(state.Params.Clone(), state.Statistics.Clone(), state.Momentum.Clone(), state.Step);

    private static void Alike(IEnumerable<float[]> from, IEnumerable<Leaf> expected, IEnumerable<Leaf> actual)
    {
        foreach (var (a, b, first) in expected.Zip(actual, from))
        {
            var (x, y) = (a.Value.Floats(), b.Value.Floats());
            var moved = x.Zip(first, static (end, begin) => Math.Abs(end - begin)).Max();
            var apart = x.Zip(y, static (one, other) => Math.Abs(one - other)).Max();
            var size = x.Max(static value => Math.Abs(value));
            Assert.True(apart <= (1e-4 * moved) + (2e-7 * size), $"{a.Path} moved by {moved} and differs by {apart}");
        }
    }
}

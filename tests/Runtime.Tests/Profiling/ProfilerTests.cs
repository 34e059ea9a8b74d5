using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using SimClrDsl.Runtime.Training;
using static SimClrDsl.Runtime.Profiling.Spans;

namespace SimClrDsl.Runtime.Tests.Profiling;

/// <summary>What a profiler measures, by a clock that is told how to go.</summary>
[Collection(nameof(MemoryTests))]
public sealed class ProfilerTests
{
    private static readonly StageInfo Info = new("trial", Images: 32, Batch: 8, TotalSteps: 100);

    [Fact]
    public void Time_counts_for_the_innermost_span()
    {
        // Looks at the clock: the profiler's start; step, forward, loss begin; loss, forward end; backward begins, ends; step ends.
        var profiler = new Profiler(new Ticking(0, 1, 2, 4, 8, 16, 32, 64, 128), static () => { });
        using (OfStep(profiler, Info, number: 11))
        {
            using (Of(StepPhase.Forward, "forward"))
            {
                using (Of(StepPhase.Loss, "loss")) { }
            }

            using (Of(StepPhase.Backward, "backward")) { }
        }

        var step = Assert.Single(Assert.Single(profiler.Stages).Steps);
        Assert.Equal(["step", "forward", "loss", "backward"], step.Spans.Select(static span => span.Name));
        AssertMilliseconds(4 + 16, step.Of(StepPhase.Forward));
        AssertMilliseconds(8, step.Of(StepPhase.Loss));
        AssertMilliseconds(64, step.Of(StepPhase.Backward));
        AssertMilliseconds(2 + 32 + 128, step.Of(StepPhase.Other));
        AssertMilliseconds(2 + 4 + 8 + 16 + 32 + 64 + 128, step.Total);
    }

    [Fact]
    public void Phases_of_a_generated_step_add_up_to_it()
    {
        var steps = Assert.Single(Profiled(Trials.Pretrain, new Ticking(3, 1, 7), until: 6).Stages).Steps;
        Assert.Equal([4, 5, 6], steps.Select(static step => step.Number));
        Assert.All(steps, static step => Assert.Equal(step.Total, Enum.GetValues<StepPhase>().Sum(step.Of)));
        // A single rank waits for no other.
        Assert.All(
            steps,
            static step => Assert.All(Enum.GetValues<StepPhase>(), phase => Assert.Equal(phase != StepPhase.Ranks, step.Of(phase) > 0))
        );
    }

    [Fact]
    public void Spans_of_a_generated_step_are_its_parts()
    {
        var spans = Assert.Single(Profiled(Trials.Pretrain, new Ticking(1), until: 1).Stages).Steps[0].Spans;
        Assert.Equal(["step", "batch", "crop", "colour", "grayscale"], spans.Select(static span => span.Name).Take(5));
        var forward = spans.Single(static span => span.Name == "forward");
        Assert.Equal(
            [
                "Encoder",
                "Stem",
                "Group1Entry",
                "Group1Body",
                "Group2Entry",
                "Group2Body",
                "Group3Entry",
                "Group3Body",
                "Group4Entry",
                "Group4Body",
                "NT-Xent",
            ],
            spans.Where(span => span != forward && span.Start >= forward.Start && span.End <= forward.End).Select(static span => span.Name)
        );
        Assert.Equal(["backward", "LARS"], spans.Select(static span => span.Name).TakeLast(2));
    }

    [Fact]
    public void A_frozen_network_is_forward_too()
    {
        var spans = Assert.Single(Profiled(Trials.Distill(Trials.Teacher().Teacher), new Ticking(1), until: 1).Stages).Steps[0].Spans;
        Assert.Contains((StepPhase.Forward, "frozen network"), spans.Select(static span => (span.Phase, span.Name)));
        Assert.Contains((StepPhase.Loss, "distillation"), spans.Select(static span => (span.Phase, span.Name)));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 4, 7)]
    [InlineData(20, 11, 20)]
    [InlineData(782, 11, 60)]
    public void Steps_after_the_first_ones_are_measured(int total, int first, int last)
    {
        var profiler = new Profiler(new Ticking(1), static () => { });
        Steps(profiler, Info with { TotalSteps = total });
        Assert.Equal(Enumerable.Range(first, last - first + 1), Numbers(profiler, 0));
    }

    [Fact]
    public void Of_a_stage_that_trains_several_networks_the_first_is_measured()
    {
        var profiler = new Profiler(new Ticking(1), static () => { });
        Steps(profiler, Info);
        Steps(profiler, Info);
        Steps(profiler, Info with { Stage = "next" });
        Assert.Equal(["trial", "next"], profiler.Stages.Select(static stage => stage.Info.Stage));
        Assert.Equal(Enumerable.Range(11, 50), Numbers(profiler, 0));
        Assert.Equal(Enumerable.Range(11, 50), Numbers(profiler, 1));
    }

    [Fact]
    public void The_clock_is_read_after_the_device_was_waited_for()
    {
        var (clock, waited) = (new Ticking(1), 0);
        var profiler = new Profiler(clock, () => waited++);
        using (OfStep(profiler, Info, number: 11))
        {
            Assert.Equal(1, waited);
            using (Of(StepPhase.Loss, "loss"))
            {
                Assert.Equal(2, waited);
            }
        }

        Assert.Equal(4, waited);
    }

    [Fact]
    public void What_is_outside_a_measured_step_or_on_another_thread_is_not_measured()
    {
        var profiler = new Profiler(new Ticking(1), static () => { });
        using (Of(StepPhase.Loss, "before")) { }

        using (OfStep(profiler, Info, number: 1))
        using (Of(StepPhase.Loss, "warm-up")) { }

        using (OfStep(profiler, Info, number: 11))
        {
            var other = new Thread(static () => Of(StepPhase.Loss, "elsewhere").Dispose());
            other.Start();
            other.Join();
        }

        Assert.Equal("step", Assert.Single(Assert.Single(Assert.Single(profiler.Stages).Steps).Spans).Name);
    }

    [Fact]
    public void A_step_that_fails_leaves_nothing_open()
    {
        var profiler = new Profiler(new Ticking(1), static () => { });
        void Fail()
        {
            using var step = OfStep(profiler, Info, number: 11);
            using var span = Of(StepPhase.Loss, "loss");
            throw new InvalidOperationException();
        }

        Assert.Throws<InvalidOperationException>(Fail);
        using (Of(StepPhase.Loss, "after")) { }

        using (OfStep(profiler, Info, number: 12)) { }

        Assert.Equal([2, 1], Assert.Single(profiler.Stages).Steps.Select(static step => step.Spans.Count));
    }

    [Fact]
    public void Measuring_changes_no_weight()
    {
        var trial = Trials.Pretrain;
        var (plain, profiled) = (trial.Fold(trial.Start(), until: 3), trial.Start());
        _ = Profiled(trial, new Ticking(1), until: 3, state => profiled = state);
        foreach (var (one, other) in plain.AllLeaves().Zip(profiled.AllLeaves()))
        {
            Assert.Equal(one.Value.Floats(), other.Value.Floats());
        }
    }

    private static Profiler Profiled<TParams, TState, TBatch>(
        Trial<TParams, TState, TBatch> trial,
        TimeProvider clock,
        int until,
        Action<TrainState<TParams, TState>>? last = null
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var profiler = new Profiler(clock, static () => { });
        var info = new StageInfo("trial", Images: 32, Batch: 8, until);
        var state = TrainingLoop.Fold(
            trial.Start(),
            trial.Step,
            trial.Batches,
            until,
            Key.FromSeed(1),
            new(info, static _ => { }) { Profiler = profiler }
        );
        last?.Invoke(state);
        return profiler;
    }

    private static void Steps(Profiler profiler, StageInfo info)
    {
        for (var number = 1; number <= info.TotalSteps; number++)
        {
            using var step = OfStep(profiler, info, number);
        }
    }

    private static IEnumerable<int> Numbers(Profiler profiler, int stage) =>
        profiler.Stages[stage].Steps.Select(static step => step.Number);

    // The clock's ticks are not nanoseconds; each of up to eight spans may be off by one of them.
    private static void AssertMilliseconds(double expected, long nanoseconds) => Assert.Equal(expected, nanoseconds / 1e6, 0.005);
}

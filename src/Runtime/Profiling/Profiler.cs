using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Profiling;

/// <summary>
/// Measures how long each part of a training step takes. Time is counted once, for the innermost span that is open, so the times of the
/// phases sum to the time of the step.
/// </summary>
/// <param name="clock">The clock, read at the start and the end of every span.</param>
/// <param name="wait">Called before each reading of the clock; returns when the device has finished all work that was queued.</param>
public sealed class Profiler(TimeProvider clock, Action wait)
{
    /// <summary>
    /// Steps at the start of a stage that are not measured, because they also allocate buffers and choose kernels. A short stage skips at
    /// most half its steps.
    /// </summary>
    internal const int WarmupSteps = 10;

    /// <summary>Steps measured after the warm-up: enough for a stable median, few enough for a trace file that opens quickly.</summary>
    internal const int MeasuredSteps = 50;

    private readonly long origin = clock.GetTimestamp();
    private readonly List<(StageInfo Info, List<StepProfile> Steps)> stages = [];
    private readonly Stack<(int Index, long Inner)> open = [];
    private List<ProfileSpan> spans = [];

    /// <summary>
    /// A profiler for steps on a device. A GPU works asynchronously, so the profiler synchronises with it at both ends of every span. Each
    /// phase then gets the time of its own work, and steps are slower than without a profiler.
    /// </summary>
    /// <param name="device">The device that trains.</param>
    public static Profiler On(Device device) =>
        new(TimeProvider.System, device.type == TorchSharp.DeviceType.CUDA ? () => cuda.synchronize(device) : static () => { });

    /// <summary>The measurements so far, in the order in which the stages ran.</summary>
    public IReadOnlyList<StageProfile> Stages => [.. stages.Select(static stage => new StageProfile(stage.Info, [.. stage.Steps]))];

    /// <summary>
    /// Whether to measure a step, numbered from 1. If a stage trains several networks one after the other, only steps of the first are
    /// measured.
    /// </summary>
    internal bool Measures(StageInfo info, int number)
    {
        if (stages.Count == 0 || stages[^1].Info != info)
        {
            stages.Add((info, []));
        }

        var skipped = Math.Min(WarmupSteps, info.TotalSteps / 2);
        var last = stages[^1].Steps is [.., var step] ? step.Number : 0;
        return number > Math.Max(skipped, last) && number <= skipped + MeasuredSteps;
    }

    internal void BeginStep()
    {
        spans = [];
        Begin(StepPhase.Other, "step");
    }

    internal void EndStep(int number)
    {
        End();
        stages[^1].Steps.Add(new(number, spans));
    }

    internal void Begin(StepPhase phase, string name)
    {
        open.Push((spans.Count, 0));
        spans.Add(new(phase, name, Now(), End: 0, Own: 0));
    }

    internal void End()
    {
        var (index, inner) = open.Pop();
        ref var span = ref CollectionsMarshal.AsSpan(spans)[index];
        var end = Now();
        var length = end - span.Start;
        span = span with { End = end, Own = length - inner };
        if (open.TryPop(out var outer))
        {
            open.Push(outer with { Inner = outer.Inner + length });
        }
    }

    private long Now()
    {
        wait();
        return (long)((Int128)(clock.GetTimestamp() - origin) * 1_000_000_000 / clock.TimestampFrequency);
    }
}

using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Profiling;

/// <summary>
/// Measures where the time of training steps goes; the only clock of profiling. Time counts for the innermost span it passes in, so that
/// the phases of a step add up to the step.
/// </summary>
/// <param name="clock">Read at both ends of every span.</param>
/// <param name="wait">Called before that: waits for what a device still has to do.</param>
public sealed class Profiler(TimeProvider clock, Action wait)
{
    /// <summary>A stage's first steps are not like the others: buffers are made, kernels chosen. At most half the stage.</summary>
    public const int WarmupSteps = 10;

    /// <summary>Steps that are measured after those: enough for a median, few enough for a trace that opens at once.</summary>
    public const int MeasuredSteps = 50;

    private readonly long origin = clock.GetTimestamp();
    private readonly List<(StageInfo Info, List<StepProfile> Steps)> stages = [];
    private readonly Stack<(int Index, long Inner)> open = [];
    private List<ProfileSpan> spans = [];

    /// <summary>
    /// A profiler of steps on a device. A GPU computes while the program runs ahead; every span then waits for it, which makes the phases true
    /// and the steps slower than without a profile.
    /// </summary>
    public static Profiler On(Device device) =>
        new(TimeProvider.System, device.type == TorchSharp.DeviceType.CUDA ? () => cuda.synchronize(device) : static () => { });

    /// <summary>What was measured, stage by stage.</summary>
    public IReadOnlyList<StageProfile> Stages => [.. stages.Select(static stage => new StageProfile(stage.Info, [.. stage.Steps]))];

    /// <summary>Whether a step, numbered from 1, is among those to measure; of a stage that trains several networks, the first one's are.</summary>
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

namespace SimClrDsl.Runtime.Profiling;

/// <summary>A measured interval of a step.</summary>
/// <param name="Phase">The phase that its own time counts for.</param>
/// <param name="Name">The name shown in a trace.</param>
/// <param name="Start">Start, in nanoseconds since the profiler was made.</param>
/// <param name="End">End, in nanoseconds since the profiler was made.</param>
/// <param name="Own">Nanoseconds of the interval that no nested span covers.</param>
public readonly record struct ProfileSpan(StepPhase Phase, string Name, long Start, long End, long Own);

/// <summary>The spans of one step.</summary>
/// <param name="Number">Number of the step, from 1.</param>
/// <param name="Spans">In the order in which they began. The first covers the whole step; the others are nested in it.</param>
public sealed record StepProfile(int Number, IReadOnlyList<ProfileSpan> Spans)
{
    /// <summary>Nanoseconds of the whole step, which is also the sum over all phases.</summary>
    public long Total => Spans[0].End - Spans[0].Start;

    /// <summary>Nanoseconds spent on a phase. Time in a nested span of another phase counts for that other phase only.</summary>
    /// <param name="phase">The phase.</param>
    public long Of(StepPhase phase) => Spans.Where(span => span.Phase == phase).Sum(static span => span.Own);
}

/// <summary>The measured steps of a stage.</summary>
/// <param name="Info">Name and size of the stage.</param>
/// <param name="Steps">The measured steps, in order.</param>
public sealed record StageProfile(StageInfo Info, IReadOnlyList<StepProfile> Steps);

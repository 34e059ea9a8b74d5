namespace SimClrDsl.Runtime.Profiling;

/// <summary>A stretch of a step. Times are nanoseconds since the profile began.</summary>
/// <param name="Phase">What it is spent on, but for the spans within it.</param>
/// <param name="Name">For people.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
/// <param name="Own">What of it no span within it covers.</param>
public readonly record struct ProfileSpan(StepPhase Phase, string Name, long Start, long End, long Own);

/// <summary>One step, as spans in the order they began: the first is the step, the others lie within it and within each other.</summary>
/// <param name="Number">The step's, from 1.</param>
public sealed record StepProfile(int Number, IReadOnlyList<ProfileSpan> Spans)
{
    /// <summary>Nanoseconds of the whole step: the sum over all phases.</summary>
    public long Total => Spans[0].End - Spans[0].Start;

    /// <summary>Nanoseconds spent on a phase; what lies within a span of another phase counts for its own alone.</summary>
    public long Of(StepPhase phase) => Spans.Where(span => span.Phase == phase).Sum(static span => span.Own);
}

/// <summary>The steps of a stage that were measured.</summary>
public sealed record StageProfile(StageInfo Info, IReadOnlyList<StepProfile> Steps);

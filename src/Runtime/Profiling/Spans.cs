namespace SimClrDsl.Runtime.Profiling;

/// <summary>
/// Where runtime functions say what their time is spent on. Generated code does not know of it. Without a profiler, which is the rule, a
/// span costs a look at one variable.
/// </summary>
internal static class Spans
{
    // A thread's own: steps run on one thread, and what runs beside it is not a part of where their time goes.
    [ThreadStatic]
    private static Profiler? current;

    /// <summary>Measures a step from here to the result's disposal, if it is among those that <paramref name="profiler"/> measures.</summary>
    internal static Step? OfStep(Profiler? profiler, StageInfo info, int number) =>
        profiler is not null && profiler.Measures(info, number) ? new Step(profiler, number) : null;

    /// <summary>A span from here to the result's disposal.</summary>
    internal static Span Of(StepPhase phase, string name)
    {
        current?.Begin(phase, name);
        return new(current);
    }

    /// <summary>A span with the name of the generated block whose function is given.</summary>
    internal static Span OfBlock(StepPhase phase, Delegate block)
    {
        current?.Begin(phase, block.Method.DeclaringType?.Name ?? block.Method.Name);
        return new(current);
    }

    internal readonly ref struct Span(Profiler? profiler)
    {
        public void Dispose() => profiler?.End();
    }

    internal sealed class Step : IDisposable
    {
        private readonly Profiler profiler;
        private readonly int number;

        public Step(Profiler profiler, int number)
        {
            (this.profiler, this.number) = (profiler, number);
            profiler.BeginStep();
            current = profiler;
        }

        public void Dispose()
        {
            current = null;
            profiler.EndStep(number);
        }
    }
}

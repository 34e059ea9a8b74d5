namespace SimClrDsl.Runtime.Profiling;

/// <summary>
/// Opens and closes the spans of the current thread's profiler. Runtime functions call it; generated code does not. Without a profiler, the
/// usual case, a span costs one read of a thread-static field.
/// </summary>
internal static class Spans
{
    // Per thread: a step runs on one thread, and work on other threads is not part of the step's time.
    [ThreadStatic]
    private static Profiler? current;

    /// <summary>Measures a step until the result is disposed; null if <paramref name="profiler"/> does not measure this step.</summary>
    internal static Step? OfStep(Profiler? profiler, StageInfo info, int number) =>
        profiler is not null && profiler.Measures(info, number) ? new Step(profiler, number) : null;

    /// <summary>Opens a span that ends when the result is disposed.</summary>
    internal static Span Of(StepPhase phase, string name)
    {
        current?.Begin(phase, name);
        return new(current);
    }

    /// <summary>Opens a span named after the generated class that declares the block's forward function.</summary>
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

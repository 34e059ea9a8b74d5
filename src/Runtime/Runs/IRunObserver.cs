namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// Is told how a run goes. Calls come from the thread that the run computes on, and <see cref="Count"/> from several threads, so they
/// should return soon. An exception that a call throws ends the run.
/// </summary>
public interface IRunObserver
{
    /// <summary>A line for a person: what was measured, which stage was finished before, what is to know about the images.</summary>
    /// <param name="text">The line, without a line break.</param>
    void Note(string text);

    /// <summary>Where a stage that trains stands, every ten steps and after the last one.</summary>
    /// <param name="point">The step, the loss and the speed.</param>
    void Report(ProgressPoint point);

    /// <summary>How many of many things are done, such as images that are checked before the first stage.</summary>
    /// <param name="what">What is done, such as "checking images".</param>
    /// <param name="done">Number of things that are done.</param>
    /// <param name="all">Number of all things.</param>
    void Count(string what, int done, int all) { }

    /// <summary>What was reported or counted has come to its end, so that a line that shows it can be taken away.</summary>
    void Clear() { }
}

/// <summary>Observers of runs.</summary>
public static class RunObserver
{
    /// <summary>An observer that does nothing.</summary>
    public static IRunObserver None { get; } = Lines(TextWriter.Null);

    /// <summary>
    /// Writes plain lines: every note, and for a stage that trains a line for every tenth of it, but at most every ten seconds and at least
    /// every minute.
    /// </summary>
    /// <param name="output">Where to write, such as <see cref="Console.Out"/>.</param>
    public static IRunObserver Lines(TextWriter output) => new Progress(output, live: null, TimeProvider.System);
}

namespace SimClrDsl.Runtime.Runs;

/// <summary>Somebody's wish that a run end as soon as it has written down where it stands. It may be made on any thread.</summary>
public sealed class StopRequest
{
    private volatile string? reason;
    private volatile int signal;
    private volatile bool heeded;

    /// <summary>What made the wish, such as the name of a signal; null while nobody wishes so.</summary>
    public string? Reason => reason;

    /// <summary>Number of the signal that made the wish; 0 while nobody wishes so, or where it was no signal.</summary>
    public int Signal => signal;

    /// <summary>Whether a stage is training, which looks for the wish after each step. Other parts of a run do not look for it.</summary>
    public bool IsHeeded => heeded;

    /// <summary>Wishes that the run end. Of several wishes the first counts.</summary>
    /// <param name="why">What makes the wish.</param>
    /// <param name="number">Number of the signal that makes it; 0 if it is none.</param>
    public void Raise(string why, int number = 0)
    {
        if (reason is null)
        {
            signal = number; // before the reason, by which the wish is seen
            reason = why;
        }
    }

    /// <summary>A stage looks for the wish from now on, or no longer.</summary>
    internal void Heed(bool heeds) => heeded = heeds;
}

/// <summary>A run has ended before its last step because that was asked for.</summary>
/// <param name="why">What asked for it.</param>
/// <param name="where">The stage and step, and whether it is saved, for people.</param>
/// <param name="signal">Number of the signal that asked for it, on whichever rank it came; 0 if it was none.</param>
public sealed class RunStoppedException(string why, string where, int signal = 0) : OperationCanceledException($"{why}: {where}")
{
    /// <summary>Number of the signal that asked for it; 0 if it was none.</summary>
    public int Signal { get; } = signal;

    /// <summary>What asked for it.</summary>
    public string Why { get; } = why;
}

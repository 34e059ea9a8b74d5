namespace SimClrDsl.Runtime.Runs;

/// <summary>A request that a run end as soon as it has saved where it stands. It may be made on any thread.</summary>
public sealed class StopRequest
{
    private volatile string? reason;
    private volatile int signal;
    private volatile bool heeded;

    /// <summary>What made the request, such as the name of a signal; null while there is none.</summary>
    public string? Reason => reason;

    /// <summary>Number of the signal that made the request; 0 while there is none, or where it was no signal.</summary>
    public int Signal => signal;

    /// <summary>Whether a stage is training, which looks for the request after each step. Other parts of a run do not look for it.</summary>
    public bool IsHeeded => heeded;

    /// <summary>Requests that the run end. Of several requests the first counts.</summary>
    /// <param name="why">What makes the request.</param>
    /// <param name="number">Number of the signal that makes it; 0 if it is none.</param>
    public void Raise(string why, int number = 0)
    {
        if (reason is null)
        {
            signal = number; // before the reason, by which the request is seen
            reason = why;
        }
    }

    /// <summary>Notes whether a stage looks for the request.</summary>
    /// <param name="heeds">True when a stage begins to train, false when it ends.</param>
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

namespace SimClrDsl.Runtime.Runs;

/// <summary>Somebody's wish that a run end as soon as it has written down where it stands. It may be made on any thread.</summary>
public sealed class StopRequest
{
    private volatile string? reason;
    private volatile bool heeded;

    /// <summary>What made the wish, such as the name of a signal; null while nobody wishes so.</summary>
    public string? Reason => reason;

    /// <summary>Whether a stage is training, which looks for the wish after each step. Other parts of a run do not look for it.</summary>
    public bool IsHeeded => heeded;

    /// <summary>Wishes that the run end. Of several wishes the first counts.</summary>
    public void Raise(string why) => reason ??= why;

    /// <summary>A stage looks for the wish from now on, or no longer.</summary>
    internal void Heed(bool heeds) => heeded = heeds;
}

/// <summary>A run has ended before its last step because that was asked for.</summary>
/// <param name="why">What asked for it.</param>
/// <param name="where">The stage and step, and whether it is saved, for people.</param>
public sealed class RunStoppedException(string why, string where) : OperationCanceledException($"{why}: {where}")
{
    /// <summary>What asked for it.</summary>
    public string Why { get; } = why;
}

namespace SimClrDsl.Runtime.Runs;

/// <summary>When a stage that trains writes down where it stands, and how many of these checkpoints are kept.</summary>
/// <param name="Keep">Number of the newest checkpoints that are kept, at least 1.</param>
/// <param name="Every">Time between two of them.</param>
/// <param name="EverySteps">Steps between two of them, in place of the time; null for the time.</param>
public sealed record CheckpointPolicy(int Keep, TimeSpan Every, int? EverySteps = null)
{
    /// <summary>Two checkpoints, one every five minutes.</summary>
    public static CheckpointPolicy Default { get; } = new(Keep: 2, TimeSpan.FromMinutes(5));
}

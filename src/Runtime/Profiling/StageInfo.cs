namespace SimClrDsl.Runtime.Profiling;

/// <summary>A stage's measurements as it goes.</summary>
/// <param name="Stage">Its name, for people and for the log.</param>
/// <param name="Images">Images it draws from: an epoch.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="TotalSteps">Steps in all.</param>
public sealed record StageInfo(string Stage, int Images, int Batch, int TotalSteps)
{
    /// <summary>
    /// Passes over the images, as the spec counts them: ⌊images · epochs / batch⌋ + 1 steps are of that many epochs, and the last one of them
    /// goes beyond.
    /// </summary>
    public int Epochs => (int)Math.Max(1, (((TotalSteps - 1L) * Batch) + Images - 1) / Images);
}

namespace SimClrDsl.Runtime.Profiling;

/// <summary>The size of a training stage.</summary>
/// <param name="Stage">Name of the stage, as printed and logged.</param>
/// <param name="Images">Images in the training set, so images per epoch.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="TotalSteps">Number of steps in the stage.</param>
public sealed record StageInfo(string Stage, int Images, int Batch, int TotalSteps)
{
    /// <summary>
    /// Number of epochs, at least 1, as the spec counts them. A stage of E epochs has ⌊images · E / batch⌋ + 1 steps, so its last step
    /// reads images beyond epoch E; this inverts that formula.
    /// </summary>
    public int Epochs => (int)Math.Max(1, (((TotalSteps - 1L) * Batch) + Images - 1) / Images);
}

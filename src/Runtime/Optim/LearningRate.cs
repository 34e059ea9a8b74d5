namespace SimClrDsl.Runtime.Optim;

/// <summary>Learning-rate schedules (§3.1).</summary>
public static class LearningRate
{
    /// <summary>Linear warm-up from 0 to the peak, then cosine decay to 0 at step <paramref name="totalSteps"/>.</summary>
    /// <param name="step">Number of steps before this one.</param>
    /// <param name="totalSteps">Number of steps of the stage.</param>
    /// <param name="warmupSteps">Number of warm-up steps; 0 for none.</param>
    /// <param name="peak">Largest learning rate.</param>
    public static double Cosine(int step, int totalSteps, int warmupSteps, double peak) =>
        step < warmupSteps
            ? Warmup(step, warmupSteps, peak)
            : peak * 0.5 * (1 + Math.Cos(Math.PI * (step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps)));

    /// <summary>Linear warm-up from 0 to the peak, then constant.</summary>
    /// <param name="step">Number of steps before this one.</param>
    /// <param name="warmupSteps">Number of warm-up steps; 0 for none.</param>
    /// <param name="peak">Learning rate after the warm-up.</param>
    public static double Constant(int step, int warmupSteps, double peak) => step < warmupSteps ? Warmup(step, warmupSteps, peak) : peak;

    private static double Warmup(int step, int warmupSteps, double peak) => peak * step / warmupSteps;
}

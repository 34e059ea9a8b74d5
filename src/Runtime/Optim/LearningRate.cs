namespace SimClrDsl.Runtime.Optim;

/// <summary>The learning rate as a function of the step (§3.1).</summary>
public static class LearningRate
{
    /// <summary>Linear from 0 over the warm-up steps, then half a cosine from the peak to 0 at <paramref name="totalSteps"/>.</summary>
    public static double Cosine(int step, int totalSteps, int warmupSteps, double peak) =>
        step < warmupSteps
            ? Warmup(step, warmupSteps, peak)
            : peak * 0.5 * (1 + Math.Cos(Math.PI * (step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps)));

    /// <summary>Linear from 0 over the warm-up steps, then the peak.</summary>
    public static double Constant(int step, int warmupSteps, double peak) => step < warmupSteps ? Warmup(step, warmupSteps, peak) : peak;

    private static double Warmup(int step, int warmupSteps, double peak) => peak * step / warmupSteps;
}

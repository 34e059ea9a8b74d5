using System.Diagnostics;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// Measures a stage while it trains: sums of losses and accuracies since the last point of the curves, kept on the device, and the time. An
/// interrupted stage goes on with the <see cref="Reading"/> that it was left with.
/// </summary>
/// <remarks>
/// A meter changes as it measures, like the clock in it, and so it stands beside the fold of the training: no step sees it, and what it
/// measures goes to curves, checkpoints and the check for divergence alone. As a value in the fold it would be one more tensor that each step
/// has to replace and free, and the clock would still be needed.
/// </remarks>
public sealed class Meter : IDisposable
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly double secondsBefore;
    private double pointSeconds;
    private Tensor? sum;
    private int count;

    /// <summary>A meter that has measured nothing, or that goes on from what another one had measured.</summary>
    /// <param name="before">What the other one had measured.</param>
    /// <param name="device">Where sums are kept.</param>
    public Meter(Reading? before = null, Device? device = null)
    {
        if (before is { Count: > 0 })
        {
            sum = tensor(new[] { before.LossSum, before.AccuracySum }, device: device ?? CPU).DetachFromDisposeScope();
            count = before.Count;
        }

        secondsBefore = pointSeconds = before?.Seconds ?? 0;
    }

    /// <summary>What has been measured since the last point.</summary>
    /// <param name="LossSum">Sum of the steps' losses, as the device added them.</param>
    /// <param name="AccuracySum">Sum of their accuracies.</param>
    /// <param name="Count">Number of these steps.</param>
    /// <param name="Seconds">That the stage has trained for.</param>
    public sealed record Reading(float LossSum, float AccuracySum, int Count, double Seconds);

    /// <summary>Seconds that the stage has trained for.</summary>
    public double Seconds => secondsBefore + clock.Elapsed.TotalSeconds;

    /// <summary>What has been measured since the last point, the mean over all ranks; waits for the device and for the other ranks.</summary>
    public Reading Read()
    {
        var (loss, accuracy) = Sums();
        return new(loss, accuracy, count, Seconds);
    }

    /// <summary>Takes in what a step measured.</summary>
    internal void Add(StepMetrics metrics)
    {
        using var scope = no_grad();
        var pair = stack([metrics.Loss, metrics.Accuracy]);
        if (sum is null)
        {
            sum = pair.clone().DetachFromDisposeScope();
        }
        else
        {
            sum.add_(pair);
        }

        count++;
    }

    /// <summary>Means since the last point, and its steps a second. This is a point: what follows is measured anew.</summary>
    internal (double Loss, double Accuracy, double StepsPerSecond) Point()
    {
        var (loss, accuracy) = count > 0 ? Sums() : throw new InvalidOperationException("No step was taken.");
        var (steps, seconds, before) = (count, Seconds, pointSeconds);
        (count, pointSeconds) = (0, seconds);
        using var scope = NewDisposeScope();
        sum!.zero_();
        return (loss / steps, accuracy / steps, steps / (seconds - before));
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose() => sum?.Dispose();

    private (float Loss, float Accuracy) Sums()
    {
        if (sum is null)
        {
            return (0, 0);
        }

        using var scope = NewDisposeScope();
        var mean = sum.cpu().clone();
        Ranks.Current.Sum(mean, "losses");
        var values = mean.div_(Ranks.Current.Size).data<float>();
        return (values[0], values[1]);
    }
}

using System.Globalization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>How far a stage that trains has come.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Number of steps taken.</param>
/// <param name="Steps">Number of all steps.</param>
/// <param name="Epoch">The epoch under way, counted from 1.</param>
/// <param name="Epochs">Number of all epochs.</param>
/// <param name="Loss">Latest loss; null where it is not worth showing.</param>
/// <param name="ImagesPerSecond">Latest speed.</param>
/// <param name="Left">Time that the rest of the stage will take at this speed.</param>
public sealed record ProgressPoint(
    string Stage,
    int Step,
    int Steps,
    int Epoch,
    int Epochs,
    double? Loss,
    double ImagesPerSecond,
    TimeSpan Left
)
{
    /// <summary>Latest accuracy of the nearest neighbours, measured between epochs, 0 … 1; null where there is none.</summary>
    public double? Knn { get; init; }

    /// <summary>Latest accuracy of the linear classifier that is trained beside, 0 … 1; null where there is none.</summary>
    public double? Linear { get; init; }
}

/// <summary>Progress as text.</summary>
public static class ProgressLine
{
    /// <summary>"pretrain     epoch  3/10   27 %  loss 4.1234  kNN 61.2 %    1234 images/s  2 min 05 s left".</summary>
    /// <param name="point">How far the stage has come.</param>
    /// <param name="width">
    /// Most characters, as far as stage, share and time left allow. What does not fit is left out, the speed first and the loss last.
    /// </param>
    public static string Format(ProgressPoint point, int width = int.MaxValue)
    {
        var epochs = point.Epochs.ToString(CultureInfo.InvariantCulture);
        var epoch = point.Epoch.ToString(CultureInfo.InvariantCulture).PadLeft(epochs.Length);
        var percent = point.Steps > 0 ? 100L * point.Step / point.Steps : 100;
        // The higher the number, the sooner a part is left out.
        List<(int Order, string? Text)> parts =
        [
            (0, $"{point.Stage, -11}"),
            (3, $"epoch {epoch}/{epochs}"),
            (0, Invariant($"{percent, 3} %")),
            (1, point.Loss is { } loss ? Invariant($"loss {loss:F4}") : null),
            (2, point.Knn is { } knn ? Invariant($"kNN {100 * knn:F1} %") : null),
            (4, point.Linear is { } linear ? Invariant($"linear {100 * linear:F1} %") : null),
            (5, Invariant($"{point.ImagesPerSecond, 6:F0} images/s")),
            (0, $"{Duration(point.Left)} left"),
        ];
        var most = parts.Max(static part => part.Order);
        return Enumerable.Range(0, most + 1).Select(left => Joined(most - left)).FirstOrDefault(line => line.Length <= width) ?? Joined(0);

        string Joined(int last) =>
            string.Join("  ", parts.Where(part => part.Order <= last && part.Text is not null).Select(static part => part.Text));
    }

    /// <summary>A duration in its two leading units: "45 s", "2 min 05 s", "3 h 07 min", "2 d 04 h".</summary>
    public static string Duration(TimeSpan duration)
    {
        var seconds = (long)Math.Round(Math.Max(0, duration.TotalSeconds));
        return seconds switch
        {
            < 60 => Invariant($"{seconds} s"),
            < 3600 => Invariant($"{seconds / 60} min {seconds % 60:D2} s"),
            < 86400 => Invariant($"{seconds / 3600} h {seconds / 60 % 60:D2} min"),
            _ => Invariant($"{seconds / 86400} d {seconds / 3600 % 24:D2} h"),
        };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

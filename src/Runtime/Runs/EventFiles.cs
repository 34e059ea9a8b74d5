using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;
using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// The curves as event files for TensorBoard, in a folder beside metrics.jsonl. Each stage has a file of its own, so that the file of a
/// stage which goes on can be written again with the points up to there: TensorBoard would show steps twice that were taken twice.
/// </summary>
/// <param name="folder">Folder of the event files.</param>
internal sealed class EventFiles(string folder)
{
    private readonly Dictionary<string, SummaryWriter> writers = [];

    /// <summary>Adds a point of the curves.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(CurvePoint point)
    {
        var metrics = point.Metrics;
        Add(metrics.Stage, "loss", metrics.Step, metrics.Loss);
        Add(metrics.Stage, "accuracy in training", metrics.Step, metrics.Accuracy);
        Add(metrics.Stage, "learning rate", metrics.Step, metrics.LearningRate);
        Add(metrics.Stage, "images per second", metrics.Step, point.Speed.ImagesPerSecond);
    }

    /// <summary>Adds what was measured beside the training.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(OnlinePoint point)
    {
        Add(point.Stage, "online kNN accuracy", point.Step, point.Knn);
        Add(point.Stage, "online linear accuracy", point.Step, point.Linear);
        Add(point.Stage, "spread of features", point.Step, point.Spread);
    }

    /// <summary>Puts points in the place of those that a stage left before.</summary>
    /// <exception cref="InputException">They cannot be written.</exception>
    public void Replace(string stage, IEnumerable<CurvePoint> points, IEnumerable<OnlinePoint> online)
    {
        writers.Remove(stage);
        Try(() =>
        {
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, $"*.{stage}") : [])
            {
                File.Delete(file);
            }
        });
        foreach (var point in points)
        {
            Append(point);
        }

        foreach (var point in online)
        {
            Append(point);
        }
    }

    private void Add(string stage, string name, int step, double? value)
    {
        if (value is not { } number)
        {
            return;
        }

        Try(() =>
        {
            if (!writers.TryGetValue(stage, out var writer))
            {
                writers[stage] = writer = tensorboard.SummaryWriter(folder, filename_suffix: stage);
            }

            // The writer takes seconds since 1970 as float32: the time of a point is right to about two minutes.
            writer.add_scalar($"{stage}/{name}", (float)number, step, walltime: DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        });
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{folder} cannot be written: {InputException.Reason(e)}.", e);
        }
    }
}

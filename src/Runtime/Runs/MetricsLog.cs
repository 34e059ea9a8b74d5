using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// The curves of a run, which grow by a line at each point: metrics.jsonl holds what the experiment decides, speed.jsonl beside it what the
/// machine did.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly JsonLines metrics;
    private readonly JsonLines speed;
    private readonly HashSet<string> begun = [];

    /// <summary>Goes on with the file at <paramref name="path"/> and with speed.jsonl beside it, or begins them.</summary>
    /// <exception cref="InputException">They cannot be written.</exception>
    public MetricsLog(string path)
    {
        metrics = new(path);
        speed = new(Path.Combine(Path.GetDirectoryName(path) ?? "", "speed.jsonl"));
    }

    /// <summary>The points that a run's curves have so far; none where the file is not there.</summary>
    /// <param name="path">Path of metrics.jsonl.</param>
    public static IReadOnlyList<MetricsPoint> Points(string path) => JsonLines.Read<MetricsPoint>(path);

    /// <summary>
    /// A stage begins: its first point will take the place of those that it left before, which stay until then. Those of other stages stay.
    /// </summary>
    public void Begin(string stage) => begun.Add(stage);

    /// <summary>A stage goes on after these points, which take the place of those that it left before.</summary>
    /// <exception cref="InputException">They cannot be written.</exception>
    public void GoOn(string stage, IReadOnlyList<CurvePoint> points)
    {
        begun.Remove(stage);
        Replace(stage, points);
    }

    /// <summary>Adds a point.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(CurvePoint point)
    {
        if (begun.Remove(point.Metrics.Stage))
        {
            Replace(point.Metrics.Stage, []);
        }

        metrics.Append(point.Metrics);
        speed.Append(point.Speed);
    }

    private void Replace(string stage, IReadOnlyList<CurvePoint> points)
    {
        metrics.Replace(stage, [.. points.Select(static point => point.Metrics)]);
        speed.Replace(stage, [.. points.Select(static point => point.Speed)]);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        metrics.Dispose();
        speed.Dispose();
    }
}

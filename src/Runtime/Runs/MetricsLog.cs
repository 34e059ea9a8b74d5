using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// The curves of a run, which grow by a line at each point: metrics.jsonl holds what the experiment decides, and beside it speed.jsonl what
/// the machine did, online.jsonl what was measured between epochs, warnings.jsonl signs of trouble, and tensorboard/ the curves once more.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private const string OnlineFile = "online.jsonl";
    private const string WarningsFile = "warnings.jsonl";

    private readonly JsonLines metrics;
    private readonly JsonLines speed;
    private readonly JsonLines online;
    private readonly JsonLines warnings;
    private readonly EventFiles? events;
    private readonly string path;

    // Stages that have begun and have written no point yet.
    private readonly HashSet<string> withoutPoints = [];

    /// <summary>Goes on with the file at <paramref name="path"/> and with those beside it, or begins them.</summary>
    /// <param name="path">Path of metrics.jsonl.</param>
    /// <param name="tensorBoard">Whether event files for TensorBoard are written too.</param>
    /// <exception cref="InputException">They cannot be written.</exception>
    public MetricsLog(string path, bool tensorBoard = false)
    {
        this.path = path;
        metrics = new(path);
        speed = new(Beside(path, "speed.jsonl"));
        online = new(Beside(path, OnlineFile));
        warnings = new(Beside(path, WarningsFile));
        events = tensorBoard ? new(Beside(path, "tensorboard")) : null;
    }

    /// <summary>The points that a run's curves have so far; none where the file is not there.</summary>
    /// <param name="path">Path of metrics.jsonl.</param>
    public static IReadOnlyList<MetricsPoint> Points(string path) => JsonLines.Read<MetricsPoint>(path);

    /// <summary>What was measured between epochs so far; none where there is no such file.</summary>
    /// <param name="path">Path of metrics.jsonl.</param>
    public static IReadOnlyList<OnlinePoint> OnlinePoints(string path) => JsonLines.Read<OnlinePoint>(Beside(path, OnlineFile));

    /// <summary>The signs of trouble so far; none where there is no such file.</summary>
    /// <param name="path">Path of metrics.jsonl.</param>
    public static IReadOnlyList<TrainingWarning> AllWarnings(string path) => JsonLines.Read<TrainingWarning>(Beside(path, WarningsFile));

    /// <summary>The signs of trouble that a stage which is under way has shown.</summary>
    internal IEnumerable<TrainingWarning> Warnings(string stage) =>
        withoutPoints.Contains(stage) ? [] : AllWarnings(path).Where(warning => warning.Stage == stage);

    /// <summary>
    /// A stage begins: its first point will take the place of those that it left before, which stay until then. Those of other stages stay.
    /// </summary>
    public void Begin(string stage) => withoutPoints.Add(stage);

    /// <summary>A stage goes on after these points, which take the place of those that it left before.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="points">Points of its curves.</param>
    /// <param name="step">Step after which it goes on: what was measured later on is measured again.</param>
    /// <exception cref="InputException">They cannot be written.</exception>
    public void GoOn(string stage, IReadOnlyList<CurvePoint> points, int step)
    {
        withoutPoints.Remove(stage);
        Replace(
            stage,
            points,
            [.. OnlinePoints(path).Where(point => point.Stage == stage && point.Step <= step)],
            [.. AllWarnings(path).Where(warning => warning.Stage == stage && warning.Step <= step)]
        );
    }

    /// <summary>Adds a point.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(CurvePoint point)
    {
        ReplaceEarlierPoints(point.Metrics.Stage);
        metrics.Append(point.Metrics);
        speed.Append(point.Speed);
        events?.Append(point);
    }

    /// <summary>Adds what was measured between two epochs.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(OnlinePoint point)
    {
        ReplaceEarlierPoints(point.Stage);
        online.Append(point);
        events?.Append(point);
    }

    /// <summary>Adds a sign of trouble.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(TrainingWarning warning)
    {
        ReplaceEarlierPoints(warning.Stage);
        warnings.Append(warning);
    }

    // The first point of a stage that has begun takes the place of those that it left before.
    private void ReplaceEarlierPoints(string stage)
    {
        if (withoutPoints.Remove(stage))
        {
            Replace(stage, [], [], []);
        }
    }

    private void Replace(
        string stage,
        IReadOnlyList<CurvePoint> points,
        IReadOnlyList<OnlinePoint> measured,
        IReadOnlyList<TrainingWarning> signs
    )
    {
        online.Replace(stage, measured);
        warnings.Replace(stage, signs);
        events?.Replace(stage, points, measured);
        metrics.Replace(stage, [.. points.Select(static point => point.Metrics)]);
        speed.Replace(stage, [.. points.Select(static point => point.Speed)]);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        metrics.Dispose();
        speed.Dispose();
        online.Dispose();
        warnings.Dispose();
    }

    private static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(path) ?? "", name);
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime;

/// <summary>One point of the curves.</summary>
/// <param name="Stage">Stage of the run.</param>
/// <param name="Step">Steps taken in the stage.</param>
/// <param name="Epoch">Epochs taken, with fraction.</param>
/// <param name="Loss">Mean since the point before.</param>
/// <param name="Accuracy">Mean since the point before, 0 … 1.</param>
/// <param name="LearningRate">Of the last step, where there is one.</param>
/// <param name="ImagesPerSecond">Mean since the point before.</param>
/// <param name="Seconds">Since the stage began.</param>
/// <param name="ResidentBytes">Memory of the process that is in use, as the kernel counts it.</param>
/// <param name="LiveTensors">Tensors that have not been freed, where the provider counts them: a number that grows is a leak.</param>
public sealed record MetricsPoint(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("epoch")] double Epoch,
    [property: JsonPropertyName("loss")] double Loss,
    [property: JsonPropertyName("accuracy")] double Accuracy,
    [property: JsonPropertyName("lr")] double? LearningRate,
    [property: JsonPropertyName("images_per_second")] double ImagesPerSecond,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("resident_bytes")] long? ResidentBytes = null,
    [property: JsonPropertyName("live_tensors")] long? LiveTensors = null
)
{
    /// <summary>The point as one line of JSON; a loss that is not a number becomes "NaN" rather than an error.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Line);
}

/// <summary>The curves of a run as a file that grows by a line per point; what is written stays written if the run dies.</summary>
public sealed class MetricsLog : IDisposable
{
    private readonly string path;
    private readonly HashSet<string> begun = [];
    private StreamWriter writer;

    /// <summary>Goes on with the file at <paramref name="path"/>, or begins it.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public MetricsLog(string path)
    {
        this.path = path;
        writer = Try(() => Open(path));
    }

    /// <summary>A stage runs anew: its first point will take the place of those it left before. Those of other stages stay.</summary>
    public void Begin(string stage) => begun.Add(stage);

    private void Drop(string stage)
    {
        writer.Dispose();
        var lines = File.ReadAllLines(path);
        var kept = lines.Where(line => !line.StartsWith($"{{\"stage\":\"{stage}\"", StringComparison.Ordinal)).ToArray();
        if (kept.Length < lines.Length)
        {
            AtomicFile.WriteText(path, string.Concat(kept.Select(static line => line + "\n")));
        }

        writer = Open(path);
    }

    private static StreamWriter Open(string path)
    {
        var torn = IsTorn(path);
        var log = new StreamWriter(path, append: true, AtomicFile.Utf8) { AutoFlush = true };
        log.Write(torn ? "\n" : "");
        return log;
    }

    /// <summary>Adds a line.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Append(MetricsPoint point) =>
        Try(() =>
        {
            if (begun.Remove(point.Stage))
            {
                Drop(point.Stage);
            }

            writer.Write(point.ToJson() + "\n");
            return true;
        });

    public void Dispose() => writer.Dispose();

    // A run that was cut off may have left half a line, which must not swallow the next one.
    private static bool IsTorn(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        return file.Length > 0 && file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() != '\n';
    }

    private T Try<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be written: {InputException.Reason(e)}.", e);
        }
    }
}

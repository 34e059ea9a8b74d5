using System.Text.Json;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Runs;

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

            // A loss that is not a number is written as "NaN".
            writer.Write(JsonSerializer.Serialize(point, RunJson.Line) + "\n");
            return true;
        });

    /// <summary>Closes the file.</summary>
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

using System.Text.Json;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Runs;

/// <summary>A file of one JSON object a line, each of a stage. What is written stays written if the run dies.</summary>
internal sealed class JsonLines : IDisposable
{
    private readonly string path;
    private StreamWriter writer;

    /// <summary>Goes on with the file at <paramref name="path"/>, or begins it.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal JsonLines(string path)
    {
        this.path = path;
        writer = Try(() => Open(path));
    }

    /// <summary>Adds a line. A number that is not finite is written as a text: "NaN".</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal void Append<T>(T value) =>
        Try(() =>
        {
            writer.Write(Line(value));
            return true;
        });

    /// <summary>Puts lines in the place of those that a stage left before. Those of other stages stay.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal void Replace<T>(string stage, IReadOnlyList<T> values) =>
        Try(() =>
        {
            writer.Dispose();
            var lines = File.ReadAllLines(path);
            var kept = lines.Where(line => !line.StartsWith($"{{\"stage\":\"{stage}\"", StringComparison.Ordinal)).ToArray();
            if (kept.Length < lines.Length || values.Count > 0)
            {
                AtomicFile.WriteText(path, string.Concat([.. kept.Select(static line => line + "\n"), .. values.Select(Line)]));
            }

            writer = Open(path);
            return true;
        });

    /// <summary>The lines of a file that can be read as values. A file that is not there has none.</summary>
    internal static IReadOnlyList<T> Read<T>(string path)
    {
        try
        {
            return File.Exists(path) ? [.. File.ReadLines(path).Select(Parse<T>).OfType<T>()] : [];
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return [];
        }
    }

    private static T? Parse<T>(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, RunJson.Line);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => writer.Dispose();

    private static string Line<T>(T value) => JsonSerializer.Serialize(value, RunJson.Line) + "\n";

    private static StreamWriter Open(string path)
    {
        DropTornLine(path);
        return new StreamWriter(path, append: true, AtomicFile.Utf8) { AutoFlush = true };
    }

    // A run that was cut off may have left half a line.
    private static void DropTornLine(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        if (end < file.Length)
        {
            file.SetLength(end);
        }
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

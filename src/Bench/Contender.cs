using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SimClrDsl.Cli.Terminal;

namespace SimClrDsl.Bench;

/// <summary>What is timed.</summary>
internal static class Measure
{
    /// <summary>The training step alone, on views that lie ready.</summary>
    public const string Step = "step";

    /// <summary>The whole of pretraining: loading, augmentation, step.</summary>
    public const string Loop = "loop";
}

/// <summary>One way to do the work, in a process that trains only while it is asked to.</summary>
internal sealed class Contender : IDisposable
{
    private readonly Process process;
    private readonly List<string> errors = [];

    private Contender(string name, Process process)
    {
        (Name, this.process) = (name, process);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.Add(line.Data ?? "");
            }
        };
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>Losses of its first steps.</summary>
    public IReadOnlyList<double> Losses { get; private set; } = [];

    /// <summary>The libtorch or PyTorch it runs on.</summary>
    public string Torch { get; private set; } = "";

    /// <summary>Starts a process.</summary>
    public static Contender Start(string name, string program, IEnumerable<string> arguments, int threads)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        // Python would leave compiled files beside the peers, which are sources.
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return new(name, Process.Start(start)!);
    }

    /// <summary>Waits until it has taken its first steps.</summary>
    /// <exception cref="CommandFailedException">It stopped before.</exception>
    public void AwaitFirstSteps()
    {
        var ready = Answer();
        Losses = [.. ready.GetProperty("losses").EnumerateArray().Select(static loss => loss.GetDouble())];
        Torch = ready.GetProperty("torch").GetString()!;
    }

    /// <summary>Seconds that so many steps take, after one that is not timed; and the device's peak bytes, where they are known.</summary>
    public (double Seconds, long? DeviceBytes) Time(int steps)
    {
        process.StandardInput.WriteLine(FormattableString.Invariant($"measure {steps}"));
        process.StandardInput.Flush();
        var answer = Answer();
        return (
            answer.GetProperty("seconds").GetDouble(),
            answer.TryGetProperty("device_bytes", out var bytes) && bytes.ValueKind == JsonValueKind.Number ? bytes.GetInt64() : null
        );
    }

    /// <summary>Bytes of the most memory the process has had resident so far, as the kernel counts them.</summary>
    public long PeakBytes()
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        // The end of its input is the end of its work; one that does not see that is ended.
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private JsonElement Answer()
    {
        if (process.StandardOutput.ReadLine() is { } line)
        {
            return JsonDocument.Parse(line).RootElement;
        }

        process.WaitForExit();
        lock (errors)
        {
            var reason = errors.LastOrDefault(static error => error.Length > 0) ?? $"exit code {process.ExitCode}, without a word";
            throw new CommandFailedException($"'{Name}' stopped: {reason}; --without {Name} measures the others");
        }
    }
}

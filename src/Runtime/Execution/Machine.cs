using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>The machine that figures were measured on.</summary>
/// <param name="Processor">The processor's model name.</param>
/// <param name="Cores">Its cores that this process may use.</param>
/// <param name="Threads">Threads that libtorch computes with.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Gpu">The GPU's name, where there is one.</param>
internal sealed record MachineDescription(string Processor, int Cores, int Threads, string Device, string? Gpu);

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    private const string MemoryInfo = "/proc/meminfo";

    public static MachineDescription This()
    {
        var gpu = cuda.is_available();
        return new(Processor(), Environment.ProcessorCount, Threads(), gpu ? "cuda" : "cpu", gpu ? Gpu() : null);
    }

    // As every run: all cores, unless a person wants it otherwise.
    private static int Threads() =>
        int.TryParse(
            Environment.GetEnvironmentVariable("OMP_NUM_THREADS"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var threads
        )
        && threads > 0
            ? threads
            : Environment.ProcessorCount;

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : "unknown";

    /// <summary>
    /// Bytes of memory that programs can still take: what Linux reports, or else what the runtime may use, but no more than is left to the
    /// control group, as in a container.
    /// </summary>
    public static double AvailableMemory() =>
        Math.Min(Bytes(MemoryInfo, "MemAvailable") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, LeftToGroup() ?? double.MaxValue);

    // Pages of files count as used and can be taken back, so they are left out.
    private static double? LeftToGroup()
    {
        const string Group = "/sys/fs/cgroup";
        return Number("memory.max") is { } most && Number("memory.current") is { } used
            ? most - used + (Field("inactive_file") ?? 0)
            : null;

        static double? Number(string name) =>
            Path.Combine(Group, name) is var path
            && File.Exists(path)
            && double.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? bytes
                : null;

        static double? Field(string name) =>
            Path.Combine(Group, "memory.stat") is var path
            && File.Exists(path)
            && File.ReadLines(path).FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal)) is { } line
                ? double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture)
                : null;
    }

    /// <summary>Bytes of memory in all.</summary>
    public static double TotalMemory() => Bytes(MemoryInfo, "MemTotal") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Bytes that a file of Linux gives in kB behind the name of a field; null where there is no such file or field.</summary>
    /// <param name="path">Path of the file, such as /proc/meminfo.</param>
    /// <param name="field">Name of the field, without its colon.</param>
    internal static double? Bytes(string path, string field)
    {
        const double Kibi = 1024;
        var line = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith($"{field}:", StringComparison.Ordinal))
            : null;
        return
            line?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, var number, ..]
            && double.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibi)
            ? Kibi * kibi
            : null;
    }

    private static string? Gpu()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"]) { RedirectStandardOutput = true }
            )!;
            return process.StandardOutput.ReadLine();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

using System.Diagnostics;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>
/// Runs programs to their end, however long that takes: a limit of time would fail on a machine that is slow or busy. The name of a test
/// that takes minutes is printed while it runs (xunit.runner.json).
/// </summary>
internal static class Processes
{
    public static Outcome Run(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        using var process = Start(program, arguments, folder, environment);
        // Both at once: a full pipe that nobody reads would stop the process.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return new(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    /// <summary>Starts a program and leaves it to the caller.</summary>
    public static Process Start(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}

using System.Diagnostics;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>Runs programs to their end.</summary>
internal static class Processes
{
    // Far above what any of them takes, so that one that hangs fails its test instead of the whole suite.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Outcome Run(
        string program,
        IEnumerable<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var clock = Stopwatch.StartNew();
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

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        // Both at once: a full pipe that nobody reads would stop the process.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end in {Patience}.");
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult(), clock.Elapsed);
    }
}

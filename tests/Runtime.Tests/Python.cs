using System.Diagnostics;

namespace SimClrDsl.Runtime.Tests;

/// <summary>Debian's Python with torchvision, the independent implementation that some tests compare with.</summary>
internal static class Python
{
    /// <summary>Runs a script of Fixtures/ to its end.</summary>
    internal static void Run(string script, params string[] arguments)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Fixtures", script);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("SIMCLR_PYTHON") ?? "/usr/bin/python3", [path, .. arguments])
        {
            RedirectStandardError = true,
        };
        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
    }
}

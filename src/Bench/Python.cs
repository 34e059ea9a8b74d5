using System.Diagnostics;
using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Bench;

/// <summary>The Python that runs the peers: the one whose PyTorch our libtorch comes from, where it comes from one.</summary>
internal static class Python
{
    /// <summary>The first of $SIMCLR_PYTHON, python3 and /usr/bin/python3 that has PyTorch and torchvision.</summary>
    /// <returns>The command that starts it; an error if none has them.</returns>
    public static Either<InputError, string> Find() =>
        Candidates().FirstOrDefault(Has) is { } python
            ? python
            : new InputError("the peers need a Python with PyTorch and torchvision: type 'apt-get install python3-torchvision'.");

    private static IEnumerable<string> Candidates() =>
        Environment.GetEnvironmentVariable("SIMCLR_PYTHON") is { Length: > 0 } chosen ? [chosen] : ["python3", "/usr/bin/python3"];

    private static bool Has(string python)
    {
        const string Look = "import importlib.util as i, sys; sys.exit(not (i.find_spec('torch') and i.find_spec('torchvision')))";
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, ["-c", Look]) { RedirectStandardError = true, RedirectStandardOutput = true }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

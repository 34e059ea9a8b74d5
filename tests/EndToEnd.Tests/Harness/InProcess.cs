using SimClrDsl.Cli;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>
/// Runs commands within the process of the tests, with the same code from the arguments on to the exit code. Console and current folder
/// belong to the whole process, so one command runs at a time.
/// </summary>
internal static class InProcess
{
    /// <summary>What a process that dies of an exception leaves to the shell.</summary>
    private const int Aborted = 134;

    private static readonly Lock OneAtATime = new();

    // Nothing is remembered of a test's images.
    static InProcess() => Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "/dev/null");

    public static Outcome Run(string[] arguments, string folder)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        return new(Run(arguments, folder, output, errors), output.ToString(), errors.ToString());
    }

    /// <summary>The exit code of a command whose outputs are the given ones.</summary>
    public static int Run(string[] arguments, string folder, TextWriter output, TextWriter errors)
    {
        lock (OneAtATime)
        {
            var before = Environment.CurrentDirectory;
            try
            {
                Environment.CurrentDirectory = folder;
                // As the launcher does, which starts another program for the benchmark.
                var commands = arguments is ["bench", ..] ? Bench.Commands.All : null;
                return CommandLine.Run(arguments, output, errors, commands);
            }
            catch (Exception e)
            {
                errors.WriteLine($"Unhandled exception: {e}");
                return Aborted;
            }
            finally
            {
                Environment.CurrentDirectory = before;
            }
        }
    }
}

using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary>What a command gives: its exit code, or the input that it cannot use.</summary>
internal static class CommandResult
{
    /// <summary>Sets what a command does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">Does it. An error is printed, and the exit code is then <see cref="ExitCode.BadInput"/>.</param>
    public static void Runs(this Command command, Func<ParseResult, LanguageExt.Either<InputError, int>> action) =>
        command.SetAction(parsed => action(parsed).Match(Right: static code => code, Left: static error => Say(error, Console.Error)));

    /// <summary>Prints what a command has to say, and returns the exit code of success.</summary>
    /// <param name="lines">The lines.</param>
    public static int Show(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Console.Out.WriteLine(line);
        }

        return ExitCode.Done;
    }

    /// <summary>Prints an error, and returns the exit code for it.</summary>
    /// <param name="error">The error.</param>
    /// <param name="to">Where it is printed.</param>
    public static int Say(InputError error, TextWriter to)
    {
        foreach (var line in Lines(error))
        {
            to.WriteLine(line);
        }

        return ExitCode.BadInput;
    }

    /// <summary>The lines of an error: one, or those of a spec with their places in the file.</summary>
    public static IEnumerable<string> Lines(InputError error) =>
        error is InvalidSpec spec ? spec.Errors.Select(static one => one.ToString()) : [$"simclr: {error.Message}"];
}

using System.CommandLine;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// The commands that the launcher <c>./simclr</c> handles by starting other programs. They are declared here so that the help and the
/// spelling advice include them.
/// </summary>
internal static class LauncherCommands
{
    /// <summary><c>simclr test</c>: runs the tests.</summary>
    public static Command Test() =>
        Of("test", "Run the tests.", "project", "Names of projects of tests/, such as Dsl; none means every test.");

    /// <summary><c>simclr pack</c>: makes the packages.</summary>
    public static Command Pack() =>
        Of("pack", "Make NuGet packages of the libraries, this program and the template.", "folder", "The folder, and a version.");

    /// <summary><c>simclr bench</c>: runs the benchmark, which is a separate program in src/Bench.</summary>
    public static Command Bench() =>
        Of(
            "bench",
            "Compare with PyTorch and TorchSharp: speed of the step and of the loop, memory.",
            "options",
            "The options that './simclr bench --help' lists."
        );

    private static Command Of(string name, string description, string argument, string meaning)
    {
        var words = new Argument<string[]>(argument) { Description = meaning, Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(name, description) { words };
        command.Runs(_ => new InputError($"'{name}' is a command of the launcher: type ./simclr {name}."));
        return command;
    }
}

using System.CommandLine;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// <c>simclr test</c>: a verb of the launcher, which builds and runs the tests without this program. It stands here so that help and
/// spelling advice know it.
/// </summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var projects = new Argument<string[]>("project")
        {
            Description = "Names of projects of tests/, such as Dsl; none means every test.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("test", "Run the tests.") { projects };
        command.SetAction(int (_) => throw new InputException("tests are run by the launcher: type ./simclr test."));
        return command;
    }
}

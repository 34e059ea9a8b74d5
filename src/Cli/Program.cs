using System.CommandLine;
using SimClrDsl.Cli;
using SimClrDsl.Cli.Commands;
using SimClrDsl.Runtime;

var root = new RootCommand("Semi-supervised learning as in SimCLRv2: experiments as declarations, compiled to C#, run on libtorch.")
{
    ListCommand.Create(),
    CheckCommand.Create(),
    PlanCommand.Create(),
    EmitCommand.Create(),
    RunCommand.Create(),
};

try
{
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        throw new InputException($"{parsed.Errors[0].Message} See 'simclr {parsed.CommandResult.Command.Name} --help'.");
    }

    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (SpecException e)
{
    foreach (var error in e.Errors)
    {
        Console.Error.WriteLine(error);
    }

    return ExitCode.BadInput;
}
catch (InputException e)
{
    Console.Error.WriteLine($"simclr: {e.Message}");
    return ExitCode.BadInput;
}

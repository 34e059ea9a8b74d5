using System.CommandLine;
using SimClrDsl.Cli;
using SimClrDsl.Cli.Bench;
using SimClrDsl.Cli.Commands;
using SimClrDsl.Runtime;

var root = new RootCommand("Semi-supervised learning as in SimCLRv2: experiments as declarations, compiled to C#, run on libtorch.")
{
    ListCommand.Create(),
    CheckCommand.Create(),
    PlanCommand.Create(),
    EmitCommand.Create(),
    RunCommand.Create(),
    AugmentCommand.Create(),
    ReportCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
    ScaleCommand.Create(),
    BenchCommand.Create(),
    TestCommand.Create(),
    BenchWorkerCommand.Create(),
}.WithExamples();

try
{
    var parsed = root.Parse(args);
    if (Usage.Fault(parsed) is { } fault)
    {
        throw new InputException(fault);
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
catch (BenchException e)
{
    Console.Error.WriteLine($"simclr: {e.Message}");
    return ExitCode.Failed;
}
catch (DllNotFoundException e)
{
    Console.Error.WriteLine($"simclr: {InputException.Reason(e).TrimEnd(':')}.");
    return ExitCode.BadInput;
}

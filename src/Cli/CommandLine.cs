using System.CommandLine;
using SimClrDsl.Cli.Commands;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli;

/// <summary>Runs the program: from its arguments to its exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command. Meanwhile the standard output and error of the console are replaced by the given writers.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="output">
    /// The writer for results. If writing fails, the command still runs to its end, and the failure is reported then.
    /// </param>
    /// <param name="errors">The writer for messages. If writing fails, only the exit code reports an error.</param>
    /// <param name="commands">The commands of the program; null for those of simclr.</param>
    /// <returns>An <see cref="ExitCode"/>. It is <see cref="ExitCode.Failed"/> also if only the output could not be written.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter errors, RootCommand? commands = null)
    {
        var (outputBefore, errorsBefore) = (Console.Out, Console.Error);
        var lasting = new FaultTolerantWriter(output);
        try
        {
            Console.SetOut(lasting);
            Console.SetError(new FaultTolerantWriter(errors));
            var code = Guarded(() => Invoke(arguments, commands ?? Commands()), Console.Error);
            lasting.Flush();
            if (lasting.Failure is not { } reason)
            {
                RankJob.End(code);
                return code;
            }

            Console.Error.WriteLine(
                $"simclr: the output could not be written ({reason}), so the rest of it is lost; "
                    + $"the command itself has finished. Direct the output to a disk with free space."
            );
            code = code == ExitCode.Done ? ExitCode.Failed : code;
            RankJob.End(code);
            return code;
        }
        finally
        {
            Console.SetOut(outputBefore);
            Console.SetError(errorsBefore);
        }
    }

    private static int Invoke(string[] arguments, RootCommand commands)
    {
        if (arguments is ["--version"])
        {
            Console.Out.WriteLine(Versions.Text());
            return ExitCode.Done;
        }

        var parsed = commands.Parse(arguments);
        if (Usage.Fault(parsed) is { } fault)
        {
            // Every rank was given the same words; the first one says what is wrong with them.
            return MpiRanks.IsOther ? ExitCode.BadInput : CommandResult.Say(new(fault), Console.Error);
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>
    /// Runs a command and returns its exit code. An exception is written to <paramref name="errors"/> and turned into an exit code.
    /// </summary>
    internal static int Guarded(Func<int> command, TextWriter errors)
    {
        try
        {
            return command();
        }
        catch (InputException e)
        {
            return CommandResult.Say(e.Error, errors);
        }
        catch (RanksFailedException e)
        {
            errors.WriteLine($"simclr: {e.Message}");
            return ExitCode.RanksFailed;
        }
        catch (CommandFailedException e)
        {
            errors.WriteLine($"simclr: {e.Message}");
            return ExitCode.Failed;
        }
        catch (DllNotFoundException e)
        {
            errors.WriteLine($"simclr: {InputException.Reason(e).TrimEnd(':')}.");
            return ExitCode.BadInput;
        }
#pragma warning disable CA1031 // An aborting process would give less information than a message.
        catch (Exception e)
#pragma warning restore CA1031
        {
            errors.WriteLine($"simclr: {InputException.Reason(e)}\n{e.StackTrace}");
            return ExitCode.Failed;
        }
    }

    /// <summary>The commands of simclr with their arguments and options.</summary>
    internal static RootCommand Commands() =>
        new RootCommand("Semi-supervised learning as in SimCLRv2: experiments as declarations, compiled to C#, run on libtorch.")
        {
            NewCommand.Create(),
            DataCommand.Create(),
            DoctorCommand.Create(),
            ListCommand.Create(),
            CheckCommand.Create(),
            PlanCommand.Create(),
            EmitCommand.Create(),
            RunCommand.Create(),
            AugmentCommand.Create(),
            ReportCommand.Create(),
            ReplayCommand.Create(),
            RunsCommand.Create(),
            PredictCommand.Create(),
            EmbedCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            ScaleCommand.Create(),
            TrialCommand.Create(),
            LauncherCommands.Bench(),
            LauncherCommands.Test(),
            LauncherCommands.Pack(),
        }.WithExamples();
}

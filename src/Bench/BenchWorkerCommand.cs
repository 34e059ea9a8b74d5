using System.CommandLine;
using SimClrDsl.Cli.Terminal;

namespace SimClrDsl.Bench;

/// <summary><c>simclr bench-worker</c>: our own side of <c>simclr bench</c>, which starts it; not for people.</summary>
internal static class BenchWorkerCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder");
        var measure = new Argument<string>("measure");
        var steps = new Argument<int>("steps");
        var precision = new Argument<string>("precision");
        var command = new Command("bench-worker", "Train as far as each line of the input asks for.") { folder, measure, steps, precision };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            OwnWorker.Run(
                parsed.GetRequiredValue(folder),
                parsed.GetRequiredValue(measure),
                parsed.GetRequiredValue(steps),
                bf16: parsed.GetRequiredValue(precision) == Roster.PrecisionName(bf16: true)
            );
            return ExitCode.Done;
        });
        return command;
    }
}

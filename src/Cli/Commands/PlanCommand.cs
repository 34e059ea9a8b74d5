using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Planning;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr plan</c>: every decision, before anything runs.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var (experiment, json) = (Arguments.Experiment(), Arguments.Json());
        var command = new Command("plan", "Show layers, parameter counts, multiply-adds, steps and learning rates.") { experiment, json };
        command.SetAction(parsed =>
        {
            var plan = Plan.Of(Catalogue.Find(parsed.GetRequiredValue(experiment)).Spec);
            Console.Out.WriteLine(
                parsed.GetValue(json)
                    ? JsonSerializer.Serialize(PlanJson.Full(plan), PlanJson.Options)
                    : PlanTable.Format(plan).TrimEnd('\n')
            );
            return ExitCode.Done;
        });
        return command;
    }
}

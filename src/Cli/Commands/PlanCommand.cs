using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Printing;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr plan</c>: prints all decisions of the planner, without running anything.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var json = Arguments.Json();
        var command = new Command("plan", "Show layers, parameter counts, multiply-adds, steps and learning rates.") { json };
        var choice = ExperimentChoice.For(command);
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(Text([.. choice.Of(parsed).Cells.Select(static cell => Plan.Of(cell.Spec))], parsed.GetValue(json)));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Text(IReadOnlyList<Plan> plans, bool json) =>
        (plans, json) switch
        {
            ([var plan], true) => JsonSerializer.Serialize(PlanJson.Full(plan), PlanJson.Options),
            ([var plan], false) => PlanTable.Format(plan).TrimEnd('\n'),
            (_, true) => JsonSerializer.Serialize(plans.Select(PlanJson.Full), PlanJson.Options),
            (_, false) => SweepTable.Experiments(plans),
        };
}

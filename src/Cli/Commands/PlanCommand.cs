using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Planning;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr plan</c>: every decision, before anything runs.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var (experiment, where, json) = (Arguments.Experiment(), Where.Option(), Arguments.Json());
        var command = new Command("plan", "Show layers, parameter counts, multiply-adds, steps and learning rates.")
        {
            experiment,
            where,
            json,
        };
        command.SetAction(parsed =>
        {
            var sweep = Where.Apply(Catalogue.Open(parsed.GetRequiredValue(experiment)).Sweep, parsed.GetValue(where) ?? []);
            Console.Out.WriteLine(Text([.. sweep.Cells.Select(static cell => Plan.Of(cell.Spec))], parsed.GetValue(json)));
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

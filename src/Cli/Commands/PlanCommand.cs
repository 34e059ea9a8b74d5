using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr plan</c>: prints all decisions of the planner, without running anything.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var json = Arguments.Json();
        var time = new Option<bool>("--time")
        {
            Description = "Also measure, in seconds to minutes, how long the experiment trains on this machine, and its memory.",
        };
        var command = new Command("plan", "Show layers, parameter counts, multiply-adds, steps and learning rates.") { json, time };
        var choice = ExperimentChoice.For(command);
        command.Runs(parsed => choice.Of(parsed).Bind(chosen => Show(chosen, parsed.GetValue(json), parsed.GetValue(time))));
        return command;
    }

    private static LanguageExt.Either<InputError, int> Show(ChosenExperiments chosen, bool json, bool time)
    {
        var plans = chosen.Cells.Select(static cell => Plan.Of(cell.Spec)).ToList();
        if (time && (plans.Count > 1 || json))
        {
            return new InputError("--time is measured for one experiment at a time, and is no part of the JSON.");
        }

        Console.Out.WriteLine(Text(plans, json));
        return time ? Estimate.Of(plans[0], chosen.Declared.Folder).Map(ShowTime) : ExitCode.Done;
    }

    private static int ShowTime(IReadOnlyList<StageEstimate> stages)
    {
        Console.Out.WriteLine($"\n{EstimateText.Table(stages).TrimEnd('\n')}");
        return ExitCode.Done;
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

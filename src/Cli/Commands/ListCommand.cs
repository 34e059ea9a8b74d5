using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Planning;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr list</c>: the experiments that were built with the project.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var json = Arguments.Json();
        var command = new Command("list", "List the experiments of experiments/.") { json };
        command.SetAction(parsed =>
        {
            var plans = Catalogue.Compiled.Select(static experiment => Plan.Of(Catalogue.Of(experiment).Spec)).ToList();
            Console.Out.WriteLine(parsed.GetValue(json) ? Json(plans) : Table(plans));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Table(IReadOnlyList<Plan> plans) =>
        TextTable
            .Format(
                ["name", "network", "data", "parameters", "stages"],
                [
                    .. plans.Select(static plan =>
                        (string[])
                            [
                                plan.Name,
                                plan.Encoder.Title,
                                SpecText.Source(plan),
                                Numbers.Grouped(plan.Encoder.Cost.Parameters.WithStatistics),
                                string.Join(", ", SpecText.Stages(plan)),
                            ]
                    ),
                ]
            )
            .TrimEnd('\n');

    private static string Json(IEnumerable<Plan> plans) => JsonSerializer.Serialize(plans.Select(PlanJson.Short), PlanJson.Options);
}

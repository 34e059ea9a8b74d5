using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr list</c>: lists the experiments that were built with the project, or those of a folder with their costs.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var json = Arguments.Json();
        var folder = new Argument<string?>("folder")
        {
            Description = "A folder of experiments/, such as paper: what each of its sweeps needs.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("list", "List the experiments of experiments/.") { folder, json };
        command.Runs(parsed =>
        {
            var text = parsed.GetValue(folder) is { } name ? Sweeps(name, parsed.GetValue(json)) : Experiments(parsed.GetValue(json));
            return text.Map(static one => CommandResult.Show(one));
        });
        return command;
    }

    private static LanguageExt.Either<InputError, string> Experiments(bool json)
    {
        var plans = Catalogue.Compiled.Select(static experiment => Plan.Of(experiment.Spec)).ToList();
        return json ? Json(plans.Select(PlanJson.Short)) : Table(plans);
    }

    private static LanguageExt.Either<InputError, string> Sweeps(string folder, bool json) =>
        from files in SpecFiles.OfFolder(folder)
        from sweeps in files.Select(Catalogue.Read).All()
        select json ? Json(sweeps.Select(Needs)) : SweepTable.Needs(sweeps);

    private static object Needs(Sweep sweep) =>
        new
        {
            sweep.Name,
            sweep.Report?.Title,
            Needs = SweepCost.Of([.. sweep.Cells.Select(static cell => Plan.Of(cell.Spec))]),
        };

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

    private static string Json(IEnumerable<object> values) => JsonSerializer.Serialize(values, PlanJson.Options);
}

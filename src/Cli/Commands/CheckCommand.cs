using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr check</c>: reads specs and reports all their errors.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var experiments = new Argument<string[]>("experiment")
        {
            Description = "Names or paths of YAML files; none means every experiment of experiments/.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var forward = new Option<bool>("--forward")
        {
            Description = "Also generate and compile each, and pass one image through its untrained encoder.",
        };
        var data = new Option<bool>("--data")
        {
            Description = "Also open the images of each, say what was found, and what to write where the spec says otherwise.",
        };
        var set = ExperimentChoice.SetOption();
        var command = new Command("check", "Check specs without running them.") { experiments, set, forward, data };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(experiments) is { Length: > 0 } names
                ? names
                : [.. Catalogue.Compiled.Select(static known => known.Name)];
            var settings = ExperimentChoice.Parsed(parsed.GetValue(set) ?? []);
            var errors = asked
                .SelectMany(name =>
                    ExperimentChoice
                        .Open(name, settings.Settings, settings.Errors)
                        .Match(
                            Right: declared => Check(declared, name, parsed.GetValue(forward), parsed.GetValue(data)),
                            Left: CommandResult.Lines
                        )
                )
                .Distinct()
                .ToList();
            errors.ForEach(Console.Error.WriteLine);
            return errors.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }

    // An error in one file must not hide the errors in the next.
    private static IEnumerable<string> Check(Declared declared, string experiment, bool forward, bool data)
    {
        var cells = declared.Sweep.Cells;
        Console.Out.WriteLine(cells.Count == 1 ? $"{experiment}: ok" : $"{experiment}: ok, {cells.Count} experiments");
        if (forward)
        {
            foreach (var cell in cells)
            {
                Console.Out.WriteLine(ForwardPass.Of(cell.Spec));
            }
        }

        return data ? Images(cells, declared.Folder) : [];
    }

    // The experiments of a matrix usually share their images, so equal findings are printed once.
    private static IReadOnlyList<string> Images(IReadOnlyList<Cell> cells, string? folder)
    {
        var (said, errors) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var plan in cells.Select(static cell => Plan.Of(cell.Spec)))
        {
            var found =
                from data in OpenedData.Open(plan, folder, TerminalOutput.Progress())
                from lines in OpenedData.Warnings(plan, data)
                select lines.Prepend(Counts(data));
            if (found.Try(out var findings, out var error))
            {
                foreach (var line in findings.Where(said.Add))
                {
                    Console.Out.WriteLine(line);
                }
            }
            else if (said.Add(error.Message))
            {
                errors.AddRange(CommandResult.Lines(error));
            }
        }

        return errors;
    }

    private static string Counts(ExperimentData data) =>
        $"data: {Numbers.Grouped(data.Unlabelled.Count)} unlabelled images, of which {Numbers.Grouped(data.Bank.Count)} have a label; "
        + $"{Numbers.Grouped(data.Labelled.Count)} labelled and {Numbers.Grouped(data.Test.Count)} test images; {data.Classes} classes";
}

using System.CommandLine;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr check</c>: reads specs and reports everything that is wrong with them.</summary>
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
        var command = new Command("check", "Check specs without running them.") { experiments, forward };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(experiments) is { Length: > 0 } names
                ? names
                : [.. Catalogue.Compiled.Select(static known => known.Name)];
            var errors = asked.SelectMany(name => Check(name, parsed.GetValue(forward))).ToList();
            errors.ForEach(Console.Error.WriteLine);
            return errors.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }

    // What is wrong with one must not hide what is wrong with the next.
    private static IReadOnlyList<string> Check(string experiment, bool forward)
    {
        try
        {
            var cells = Catalogue.Open(experiment).Sweep.Cells;
            Console.Out.WriteLine(cells.Count == 1 ? $"{experiment}: ok" : $"{experiment}: ok, {cells.Count} experiments");
            if (forward)
            {
                foreach (var cell in cells)
                {
                    Console.Out.WriteLine(ForwardPass.Of(cell.Spec));
                }
            }

            return [];
        }
        catch (SpecException e)
        {
            return [.. e.Errors.Select(static error => error.ToString())];
        }
        catch (InputException e)
        {
            return [$"simclr: {e.Message}"];
        }
    }
}

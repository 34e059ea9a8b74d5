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
        var command = new Command("check", "Check specs without running them.") { experiments };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(experiments) is { Length: > 0 } names
                ? names
                : [.. Catalogue.Compiled.Select(static known => known.Name)];
            var errors = asked.SelectMany(Check).ToList();
            errors.ForEach(Console.Error.WriteLine);
            return errors.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }

    // What is wrong with one must not hide what is wrong with the next.
    private static IReadOnlyList<string> Check(string experiment)
    {
        try
        {
            var count = Catalogue.Open(experiment).Sweep.Cells.Count;
            Console.Out.WriteLine(count == 1 ? $"{experiment}: ok" : $"{experiment}: ok, {count} experiments");
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

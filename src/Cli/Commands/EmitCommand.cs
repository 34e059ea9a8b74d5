using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr emit</c>: prints the generated code and the canonical spec, or writes them to a folder.</summary>
internal static class EmitCommand
{
    public static Command Create()
    {
        var folder = Arguments.Out("Folder to write the files to; left out, they are printed.");
        var command = new Command("emit", "Show the code that is generated for an experiment, and its spec with every default written out.")
        {
            folder,
        };
        var choice = ExperimentChoice.For(command);
        command.Runs(parsed => choice.Of(parsed).Map(chosen => Emit(Planned(chosen.Declared.Sweep), parsed.GetValue(folder))));
        return command;
    }

    private static int Emit(SweepPlan sweep, string? folder)
    {
        IReadOnlyList<SourceFile> files = [.. SweepEmitter.Emit(sweep), .. SweepEmitter.Specs(sweep)];
        if (folder is not null)
        {
            Write(folder, files);
        }
        else
        {
            Console.Out.Write(string.Join('\n', files.Select(static file => $"// {file.HintName}\n{file.Text}")));
        }

        return ExitCode.Done;
    }

    private static SweepPlan Planned(Sweep sweep) => SweepPlan.Of(sweep.Name, sweep.Cells.Select(static cell => cell.Spec));

    private static void Write(string folder, IReadOnlyList<SourceFile> files)
    {
        foreach (var file in files)
        {
            AtomicFile.WriteText(Path.Combine(folder, file.HintName), file.Text);
        }

        Console.Out.WriteLine($"{files.Count} files in {folder}");
    }
}

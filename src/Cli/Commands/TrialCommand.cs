using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Running;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr trial</c>: takes a few steps and prints what they took. Other commands start it; it is not for people.</summary>
internal static class TrialCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A spec." };
        var folder = new Option<string>("--folder") { Description = "Folder from which relative paths of data are looked for first." };
        var command = new Command("trial", "Measure the steps of a spec.") { file, folder };
        command.Hidden = true;
        command.Runs(parsed =>
            from sweep in Catalogue.Read(parsed.GetRequiredValue(file))
            from code in StepTrial.Run(sweep.Cells[0].Spec, parsed.GetValue(folder), DeviceOption.OfThisMachine, Console.Out)
            select code
        );
        return command;
    }
}

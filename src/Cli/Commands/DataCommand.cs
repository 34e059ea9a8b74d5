using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr data</c>: lays out a downloaded data set as this program reads it.</summary>
internal static class DataCommand
{
    private const string Cifar10 = "cifar10";
    private const string Cifar100 = "cifar100";

    public static Command Create()
    {
        var source = new Argument<string>("data set") { Description = $"{Cifar10} or {Cifar100}." };
        var from = new Argument<string>("from")
        {
            Description =
                "The archive that was downloaded (the authors' binary or Python version), or a folder that holds it or its files.",
        };
        var folder = Arguments.Out("Folder to write to; left out, the one that a spec without 'path' reads.");
        var pictures = new Option<bool>("--pictures")
        {
            Description =
                "Write PNG files in train/CLASS/ and test/CLASS/, for 'source: folder' (such as cifar10-tiny), not the binary files.",
        };
        var command = new Command("data", "Lay out a downloaded data set.") { source, from, folder, pictures };
        command.SetAction(parsed =>
        {
            var (classes, kind) = parsed.GetRequiredValue(source) switch
            {
                Cifar10 => (10, DataSource.Cifar10),
                Cifar100 => (100, DataSource.Cifar100),
                var other => throw new InputException(
                    $"there is no data set '{other}' to lay out: {Nearest.Advice(other, [Cifar10, Cifar100])}"
                ),
            };
            var plan = DataPlan.Of(new DataSpec { Source = kind });
            var target = parsed.GetValue(folder) ?? Datasets.Folder(plan, DataPlace.Anywhere);
            var given = parsed.GetRequiredValue(from);
            if (!Path.Exists(given))
            {
                throw new InputException($"{given} does not exist: give the archive that was downloaded, or a folder that holds it.");
            }

            if (parsed.GetValue(pictures))
            {
                Console.Out.WriteLine($"{Pictures(classes, given, target)} PNG files below {target}: 'source: folder' reads them.");
                return ExitCode.Done;
            }

            var files = CifarArchive.LayOut(classes, given, target).OrThrow();
            Console.Out.WriteLine(
                $"{files.Count} files in {Path.GetDirectoryName(files[0])}: 'source: {parsed.GetRequiredValue(source)}' reads them."
            );
            return ExitCode.Done;
        });
        return command;
    }

    private static int Pictures(int classes, string from, string target)
    {
        using var progress = TerminalOutput.Progress();
        try
        {
            return CifarArchive
                .LayOutPictures(classes, from, target, (done, all) => progress.Count("writing pictures", done, all))
                .OrThrow();
        }
        finally
        {
            progress.Clear();
        }
    }
}

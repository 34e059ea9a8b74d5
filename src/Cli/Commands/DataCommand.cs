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
        var download = new Argument<string>("from")
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
        var command = new Command("data", "Lay out a downloaded data set.") { source, download, folder, pictures };
        command.Runs(parsed =>
            from set in SetOf(parsed.GetRequiredValue(source))
            from given in Existing(parsed.GetRequiredValue(download))
            let target = parsed.GetValue(folder) ?? Datasets.Folder(DataPlan.Of(new DataSpec { Source = set.Source }), DataPlace.Anywhere)
            from line in parsed.GetValue(pictures)
                ? Pictures(set.Classes, given, target).Map(count => $"{count} PNG files below {target}: 'source: folder' reads them.")
                : CifarArchive
                    .LayOut(set.Classes, given, target)
                    .Map(files => $"{files.Count} files in {Path.GetDirectoryName(files[0])}: 'source: {set.Name}' reads them.")
            select CommandResult.Show(line)
        );
        return command;
    }

    private static LanguageExt.Either<InputError, (string Name, int Classes, DataSource Source)> SetOf(string name) =>
        name switch
        {
            Cifar10 => (name, 10, DataSource.Cifar10),
            Cifar100 => (name, 100, DataSource.Cifar100),
            _ => new InputError($"there is no data set '{name}' to lay out: {Nearest.Advice(name, [Cifar10, Cifar100])}"),
        };

    private static LanguageExt.Either<InputError, string> Existing(string path) =>
        Path.Exists(path)
            ? path
            : new InputError($"{path} does not exist: give the archive that was downloaded, or a folder that holds it.");

    private static LanguageExt.Either<InputError, int> Pictures(int classes, string from, string target)
    {
        using var progress = TerminalOutput.Progress();
        try
        {
            return CifarArchive.LayOutPictures(classes, from, target, (done, all) => progress.Count("writing pictures", done, all));
        }
        finally
        {
            progress.Clear();
        }
    }
}

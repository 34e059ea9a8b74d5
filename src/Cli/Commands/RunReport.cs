using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Pages;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>Writes the page of one run or of several.</summary>
internal static class RunReport
{
    /// <summary>Whether a word of the command line is the folder of a run.</summary>
    public static bool IsRun(string given) => RunFolder.SpecOf(Path.TrimEndingDirectorySeparator(given)) is not null;

    /// <summary>Reads the runs, tries their networks on their test images, and writes the page.</summary>
    /// <param name="folders">Folders of the runs.</param>
    /// <param name="runs">Folder of all runs, where finished stages that they took over are found; null for that of each run.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="to">Folder for the page.</param>
    /// <returns>The exit code; or that a folder is not that of a run, or is given twice.</returns>
    /// <exception cref="InputException">The page cannot be written.</exception>
    public static Either<InputError, int> Write(IReadOnlyList<string> folders, string? runs, Device device, string to) =>
        from different in Different(folders)
        from recorded in different.Select(RecordedRun.Read).All()
        select Write(recorded, runs, device, to);

    private static Either<InputError, IReadOnlyList<string>> Different(IReadOnlyList<string> folders) =>
        folders.GroupBy(static folder => Path.GetFullPath(folder).TrimEnd('/')).FirstOrDefault(static same => same.Count() > 1) is { } twice
            ? new InputError($"{twice.First()} is given twice: give each run once.")
            : folders.ToList();

    private static int Write(IReadOnlyList<RecordedRun> recorded, string? runs, Device device, string to)
    {
        List<ReportedRun> reported;
        using (var progress = TerminalOutput.Progress())
        {
            reported = [.. recorded.Select(run => Reported(run, runs, device, progress))];
        }

        foreach (var without in reported.Where(static one => one.Test.Missing is not null))
        {
            Console.Out.WriteLine($"{OneLine.Of(without.Run.Name)}: no confusion matrix, since {OneLine.Of(without.Test.Missing!)}");
        }

        foreach (var without in reported.Where(static one => one.Test.Missing is null && one.Pictures.Missing is not null))
        {
            Console.Out.WriteLine($"{OneLine.Of(without.Run.Name)}: not all pictures, since {OneLine.Of(without.Pictures.Missing!)}");
        }

        var path = Path.Combine(to, $"{FileName(recorded)}.html");
        ReportCommand.Save(path, RunPage.Of(reported));
        return ExitCode.Done;
    }

    // The images are opened once, where they can be.
    private static ReportedRun Reported(RecordedRun run, string? runs, Device device, Progress progress)
    {
        var images = new Lazy<Either<InputError, Runtime.Data.ExperimentData>>(() => TestImages.Open(run, progress));
        return new(run, TestImages.Of(run, runs, () => images.Value, device), RunPictures.Of(run, runs, () => images.Value, device));
    }

    private static string FileName(IReadOnlyList<RecordedRun> runs) =>
        runs.Count == 1 ? runs[0].Name : $"{runs[0].Spec.Name}-{runs.Count}-runs";
}

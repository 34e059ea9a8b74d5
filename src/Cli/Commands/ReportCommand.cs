using System.CommandLine;
using SimClrDsl.Cli.Reports;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// <c>simclr report</c>: makes a page of one run or several; or the table and the figure of a sweep from its finished runs and the paper's
/// numbers.
/// </summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var runs = new Option<string?>("--runs") { Description = "Folder of all runs; left out, runs, or that of the run." };
        var folder = Arguments.Out("Folder for the page (.html), or the table (.md) and the figure (.svg); left out, reports.");
        var device = DeviceOption.Create();
        var more = new Argument<string[]>("more") { Description = "Folders of more runs.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("report", "Write the page of one run or several, or fill a declared table and figure.")
        {
            runs,
            folder,
            device,
        };
        var choice = ExperimentChoice.For(command, "Folder of a run, or an experiment; one that declares a report fills it.");
        command.Arguments.Add(more);
        command.Runs(parsed =>
        {
            var to = parsed.GetValue(folder) ?? "reports";
            string[] others = parsed.GetValue(more) ?? [];
            var (root, computing) = (parsed.GetValue(runs), DeviceOption.Choose(parsed.GetValue(device)));
            return RunReport.IsRun(choice.Name(parsed))
                    ? from first in choice.AsItIs(parsed)
                    from computed in computing
                    from code in RunReport.Write([first, .. others], root, computed, to)
                    select code
                : others.Length > 0
                    ? new InputError(
                        $"'{choice.Name(parsed)}' is not the folder of a run: give folders of runs, or one experiment that declares a report."
                    )
                : choice.Of(parsed).Bind(chosen => Write(chosen, root, computing, to));
        });
        return command;
    }

    private static LanguageExt.Either<InputError, int> Write(
        ChosenExperiments chosen,
        string? runs,
        LanguageExt.Either<InputError, Device> device,
        string to
    )
    {
        var (sweep, file) = chosen.Declared;
        return sweep.Report is { } declared
            ? from paper in declared.Paper is { } numbers ? PaperNumbers.Read(Beside(file!, numbers)) : PaperNumbers.None
            from report in Report.Of(sweep, paper, runs ?? Arguments.RunsFolder)
            select Write(report, to, chosen.FileName(sweep.Name))
            : from found in RunsOf(sweep, runs ?? Arguments.RunsFolder)
            from computed in device
            from code in RunReport.Write(found, runs, computed, to)
            select code;
    }

    // The runs of an experiment that declares no report: they get the page of runs.
    private static LanguageExt.Either<InputError, List<string>> RunsOf(Sweep sweep, string root)
    {
        var specs = sweep.Cells.Select(static cell => cell.Spec);
        var folders = specs.Select(spec => RunFolder.At(root, spec.Name, SpecHash.Of(spec)).Path).Where(RunReport.IsRun).ToList();
        return folders.Count > 0
            ? folders
            : new InputError(
                $"{root} has no run of '{sweep.Name}' with these settings: run it first, or give the folder of a run, or add a 'report:' to it."
            );
    }

    private static int Write(Report report, string folder, string name)
    {
        var text = ReportMarkdown.Format(report);
        Console.Out.WriteLine(text);
        Save(Path.Combine(folder, $"{name}.md"), text);
        if (report.Spec.Plot is not null)
        {
            foreach (var leftOut in ReportLines.Of(report).LeftOut)
            {
                Console.Out.WriteLine(leftOut);
            }

            if (ReportPlot.Svg(report) is { } figure)
            {
                Save(Path.Combine(folder, $"{name}.svg"), figure);
            }
            else
            {
                Console.Out.WriteLine("no figure: there is no number to draw yet");
            }
        }

        return ExitCode.Done;
    }

    /// <summary>Writes a file of a report, and prints its path.</summary>
    internal static void Save(string path, string text)
    {
        AtomicFile.WriteText(path, text);
        Console.Out.WriteLine(path);
    }

    private static string Beside(string file, string other) => Path.Combine(Path.GetDirectoryName(file) ?? "", other);
}

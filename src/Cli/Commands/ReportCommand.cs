using System.CommandLine;
using SimClrDsl.Cli.Reports;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;

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
        command.SetAction(parsed =>
        {
            var to = parsed.GetValue(folder) ?? "reports";
            string[] others = parsed.GetValue(more) ?? [];
            if (RunReport.IsRun(choice.Name(parsed)))
            {
                choice.RequireAsItIs(parsed);
                var where = DeviceOption.Choose(parsed.GetValue(device));
                RunReport.Write([choice.Name(parsed), .. others], parsed.GetValue(runs), where, to);
                return ExitCode.Done;
            }

            if (others.Length > 0)
            {
                throw new InputException(
                    $"'{choice.Name(parsed)}' is not the folder of a run: give folders of runs, or one experiment that declares a report."
                );
            }

            var chosen = choice.Of(parsed);
            var (sweep, file) = chosen.Declared;
            if (sweep.Report is null)
            {
                var found = RunsOf(sweep, parsed.GetValue(runs) ?? "runs");
                RunReport.Write(found, parsed.GetValue(runs), DeviceOption.Choose(parsed.GetValue(device)), to);
                return ExitCode.Done;
            }

            var paper = sweep.Report.Paper is { } numbers ? PaperNumbers.Read(Beside(file!, numbers)) : PaperNumbers.None;
            var report = Report.Of(sweep, paper, parsed.GetValue(runs) ?? "runs");
            Write(report, to, chosen.FileName(sweep.Name));
            return ExitCode.Done;
        });
        return command;
    }

    // The runs of an experiment that declares no report: they get the page of runs.
    private static List<string> RunsOf(Sweep sweep, string root)
    {
        var specs = sweep.Cells.Select(static cell => cell.Spec);
        var folders = specs.Select(spec => RunFolder.At(root, spec.Name, SpecHash.Of(spec)).Path).Where(RunReport.IsRun).ToList();
        return folders.Count > 0
            ? folders
            : throw new InputException(
                $"{root} has no run of '{sweep.Name}' with these settings: run it first, or give the folder of a run, or add a 'report:' to it."
            );
    }

    private static void Write(Report report, string folder, string name)
    {
        var text = ReportMarkdown.Format(report);
        Console.Out.WriteLine(text);
        MakeFolder(folder);
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
    }

    /// <summary>Makes the folder of a report if it is not there.</summary>
    internal static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{folder} cannot be made: {InputException.Reason(e)}.", e);
        }
    }

    /// <summary>Writes a file of a report, and prints its path.</summary>
    internal static void Save(string path, string text)
    {
        AtomicFile.WriteText(path, text);
        Console.Out.WriteLine(path);
    }

    private static string Beside(string file, string other) => Path.Combine(Path.GetDirectoryName(file) ?? "", other);
}

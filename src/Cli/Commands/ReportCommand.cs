using System.CommandLine;
using SimClrDsl.Cli.Reports;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr report</c>: makes the table and the figure of a sweep from its finished runs and the paper's numbers.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var runs = new Option<string?>("--runs") { Description = "Folder of all runs; left out, runs." };
        var folder = Arguments.Out("Folder for the table (.md) and the figure (.svg); left out, reports.");
        var command = new Command("report", "Fill a table or figure from finished runs.") { runs, folder };
        var choice = ExperimentChoice.For(command);
        command.SetAction(parsed =>
        {
            var chosen = choice.Of(parsed);
            var (sweep, file) = chosen.Declared;
            if (sweep.Report is null)
            {
                throw new InputException($"'{chosen.Name}' declares no report: add 'report: {{ title: …, values: [finetuned] }}'.");
            }

            var paper = sweep.Report.Paper is { } numbers ? PaperNumbers.Read(Beside(file!, numbers)) : PaperNumbers.None;
            var report = Report.Of(sweep, paper, parsed.GetValue(runs) ?? "runs");
            Write(report, parsed.GetValue(folder) ?? "reports", chosen.FileName(sweep.Name));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(Report report, string folder, string name)
    {
        var text = ReportMarkdown.Format(report);
        Console.Out.WriteLine(text);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{folder} cannot be made: {InputException.Reason(e)}.", e);
        }

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

    private static void Save(string path, string text)
    {
        AtomicFile.WriteText(path, text);
        Console.Out.WriteLine(path);
    }

    private static string Beside(string file, string other) => Path.Combine(Path.GetDirectoryName(file) ?? "", other);
}

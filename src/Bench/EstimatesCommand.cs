using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SimClrDsl.Cli.Commands;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Bench;

/// <summary>
/// <c>simclr bench estimates</c>: what is estimated of the specs of bench/estimates, beside what a run of each then takes.
/// </summary>
internal static class EstimatesCommand
{
    // Smaller than that of plan --time, so that the larger specs are measured by smaller batches, as those of the paper are.
    private const double LongestStep = 1.5;

    public static Command Create()
    {
        var only = new Option<string[]>("--spec") { Description = "A spec of bench/estimates; may be repeated. Left out, all." };
        var command = new Command("estimates", "Estimated and measured time of a step and peak memory, for ten specs.") { only };
        command.Runs(parsed =>
            from folder in BenchFolder.Find()
            from rows in Chosen(folder.Estimates(), parsed.GetValue(only) ?? []).Select(static file => Rows(file).Map(Shown)).Together()
            select Print(rows)
        );
        return command;
    }

    private static IEnumerable<string> Chosen(IEnumerable<string> files, IReadOnlyList<string> names) =>
        files.Where(file => names.Count == 0 || names.Contains(SpecFiles.NameOf(file)));

    // A run takes minutes, so the rows of each spec are shown as soon as they are known.
    private static List<string[]> Shown(List<string[]> rows)
    {
        rows.ForEach(static row => Console.Out.WriteLine(string.Join("  ", row)));
        return rows;
    }

    private static int Print(List<string[]> rows)
    {
        Console.Out.WriteLine();
        Console.Out.Write(
            TextTable.Format(
                ["spec", "of", "estimated", "measured", "estimated / measured"],
                rows.Count > 0
                    ? rows
                    :
                    [
                        ["", "", "", "", ""],
                    ]
            )
        );
        return ExitCode.Done;
    }

    private static LanguageExt.Either<InputError, List<string[]>> Rows(string file) =>
        from sweep in Catalogue.Read(file)
        from estimated in Estimate.Of(Plan.Of(sweep.Cells[0].Spec), specFolder: null, LongestStep)
        from measured in Measured(file)
        select Rows(SpecFiles.NameOf(file), estimated, measured.Points, measured.Peak);

    private static List<string[]> Rows(
        string name,
        IReadOnlyList<StageEstimate> estimated,
        IReadOnlyList<SpeedPoint> points,
        double peak
    ) =>
        [
            .. estimated.Select(stage =>
                Row(name, $"{stage.Stage} step", stage.StepSeconds, StepSeconds(points, stage.Stage), EstimateText.Seconds)
            ),
            Row(name, "memory", estimated.Max(static stage => stage.Bytes), peak, EstimateText.Memory),
        ];

    private static string[] Row(string spec, string of, double estimated, double measured, Func<double, string> text) =>
        [spec, of, text(estimated), text(measured), string.Create(CultureInfo.InvariantCulture, $"{estimated / measured:F2}")];

    // Of the steps that count in an estimate too.
    private static double StepSeconds(IReadOnlyList<SpeedPoint> points, string stage)
    {
        var own = points.Where(point => point.Stage == stage).ToList();
        var first = own.First(static point => point.Seconds >= StepTimes.FirstSeconds);
        return (own[^1].Seconds - first.Seconds) / (own[^1].Step - first.Step);
    }

    // The speed and the peak memory, in bytes, of a run of the spec.
    private static LanguageExt.Either<InputError, (IReadOnlyList<SpeedPoint> Points, double Peak)> Measured(string file)
    {
        var root = Directory.CreateTempSubdirectory("simclr-estimates-");
        try
        {
            var program = typeof(Estimate).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", [program, "run", file, "--out", root.FullName, "--online", "0"])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var peak = 0.0;
            // Once the process has ended its status is gone.
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
            {
                peak = StepTrial.Peak($"/proc/{process.Id}/status") ?? peak;
            }

            if (process.ExitCode != 0)
            {
                return new InputError($"{file} could not be run: {OneLine.Of(output.Result)}");
            }

            var speed = Directory.GetFiles(root.FullName, "speed.jsonl", SearchOption.AllDirectories).Single();
            return ([.. File.ReadLines(speed).Select(static line => JsonSerializer.Deserialize<SpeedPoint>(line)!)], peak);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}

using System.Globalization;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Export;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr export --as onnx --check</c>: tries the export of experiments that have not run, with random weights.</summary>
internal static class OnnxCheckTable
{
    private const double Mega = 1e6;

    // Rows are printed as soon as they are known, so the widths of their columns are fixed.
    private static readonly (string Name, int Width)[] Columns =
    [
        ("network", -20),
        ("image", 5),
        ("MB", 7),
        ("output to", 9),
        ("features to", 11),
    ];
    private static readonly (string Name, int Width)[] TimedColumns = [.. Columns, ("ms in ONNX Runtime", 18), ("ms in ours", 10)];

    /// <summary>Prints a row for each experiment, and returns the exit code: that of failure if one cannot be exported.</summary>
    /// <param name="chosen">The experiments.</param>
    /// <param name="stage">The stage whose network is exported; null for the last one that leaves a network.</param>
    /// <param name="form">What the files take and give.</param>
    public static int Print(ChosenExperiments chosen, string? stage, OnnxForm form)
    {
        Computation.UseAllCores();
        var (columns, done) = (form.Pictures ? Columns : TimedColumns, 0);
        using (var progress = TerminalOutput.Progress())
        {
            progress.Note(Line(columns, [.. columns.Select(static column => column.Name)]));
            foreach (var cell in chosen.Cells)
            {
                var trial =
                    from chosenStage in StageNetwork.StageOf(Plan.Of(cell.Spec), stage, static stages => stages[^1])
                    from tried in OnnxTrial.Of(cell.Spec, chosenStage, form)
                    select tried;
                done += trial.IsRight ? 1 : 0;
                progress.Note(trial.Match(Right: tried => Line(columns, Row(tried)), Left: error => $"{cell.Spec.Name}: {error.Message}"));
            }
        }

        Console.Out.WriteLine(
            $"{done} of {chosen.Cells.Count} networks, with random weights; errors are fractions of an output's largest value"
                + (form.Pictures ? "" : $"; ms for an image, {get_num_threads()} threads, batches of 8")
        );
        return done == chosen.Cells.Count ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Line(IReadOnlyList<(string Name, int Width)> columns, IReadOnlyList<string> cells) =>
        string.Join(
            "  ",
            columns.Select((column, i) => column.Width < 0 ? cells[i].PadRight(-column.Width) : cells[i].PadLeft(column.Width))
        );

    private static string[] Row(OnnxTrial trial) =>
        [
            trial.Network,
            FormattableString.Invariant($"{trial.Image}"),
            Number(trial.Bytes / Mega, "0.0"),
            Error(trial.Exported, static output => output != OnnxExport.Features),
            Error(trial.Exported, static output => output == OnnxExport.Features),
            .. trial.Timing is { } timing ? [Number(timing.Onnx, "0.00"), Number(timing.Ours, "0.00")] : Array.Empty<string>(),
        ];

    private static string Error(ExportedOnnx exported, Func<string, bool> of) =>
        exported.Errors.FirstOrDefault(error => of(error.Output)) is { } found ? Number(found.Error, "0.0e+0") : "";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

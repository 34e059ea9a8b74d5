using System.Globalization;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Export;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr export --as onnx --check</c>: tries the export of experiments that have not run, with random weights.</summary>
internal static class OnnxCheckTable
{
    private const double Mega = 1e6;

    private static readonly string[] Header = ["network", "image", "MB", "output to", "features to"];
    private static readonly string[] TimedHeader = [.. Header, "ms an image in ONNX Runtime", "ms in ours"];

    /// <summary>Prints a row for each experiment, and returns the exit code: that of failure if one cannot be exported.</summary>
    /// <param name="chosen">The experiments.</param>
    /// <param name="stage">The stage whose network is exported; null for the last one that leaves a network.</param>
    /// <param name="form">What the files take and give.</param>
    public static int Print(ChosenExperiments chosen, string? stage, OnnxForm form)
    {
        Runner.UseAllCores();
        var (rows, failed) = (new List<string[]>(), 0);
        using (var progress = TerminalOutput.Progress())
        {
            foreach (var (i, cell) in chosen.Cells.Index())
            {
                progress.Count("exporting networks with random weights", i, chosen.Cells.Count);
                try
                {
                    rows.Add(Row(OnnxTrial.Of(cell.Spec, StageOf(Plan.Of(cell.Spec), stage), form)));
                }
                catch (InputException e)
                {
                    failed++;
                    progress.Note($"{cell.Spec.Name}: {e.Message}");
                }
            }
        }

        if (rows.Count > 0)
        {
            Console.Out.Write(TextTable.Format(form.Pictures ? Header : TimedHeader, rows));
        }

        Console.Out.WriteLine(
            $"{rows.Count} of {chosen.Cells.Count} networks, with random weights; errors are fractions of an output's largest value; "
                + $"{get_num_threads()} threads, batches of 8"
        );
        return failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string StageOf(Plan plan, string? stage)
    {
        var stages = SpecText.Stages(plan).Where(StageNames.Trains).ToList();
        return stages.Count == 0 ? throw new InputException($"'{plan.Name}' has no stage that leaves a network.")
            : stage is null ? stages[^1]
            : stages.Contains(stage) ? stage
            : throw new InputException($"'{plan.Name}' has no stage '{stage}' that leaves a network: it has {string.Join(", ", stages)}.");
    }

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

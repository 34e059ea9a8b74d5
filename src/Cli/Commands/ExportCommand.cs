using System.CommandLine;
using SimClrDsl.Export;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr export</c>: writes the network of a finished stage for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var form = new Option<string>("--as")
        {
            Description =
                "Form of the file: simclr (safetensors, every network), torchvision (safetensors with its names; ResNet-50, 101, 152 of "
                + "width 1), pytorch (safetensors and a Python module that loads it, every network), or onnx (ONNX Runtime, every network).",
            DefaultValueFactory = static _ => ExportForm.All[0].Name,
        };
        var stage = StageNetwork.StageOption();
        var runs = StageNetwork.RunsOption();
        var file = new Option<string?>("--out")
        {
            Description = "The file; left out, EXPERIMENT-STAGE.safetensors, -torchvision.safetensors, -pytorch.safetensors or .onnx.",
        };
        var pictures = new Option<bool>("--pictures")
        {
            Description = "For onnx: the file takes decoded pictures of any size, and gives probabilities.",
        };
        var encoder = new Option<bool>("--encoder-only") { Description = "For onnx: the file gives the encoder's features only." };
        var check = new Option<bool>("--check")
        {
            Description = "For onnx: try the export with random weights, before anything is trained, and print errors, size and speed.",
        };
        var command = new Command("export", "Write a trained network for other programs.")
        {
            stage,
            form,
            runs,
            file,
            pictures,
            encoder,
            check,
        };
        var choice = ExperimentChoice.For(command);
        command.Runs(parsed =>
        {
            var onnx = new OnnxForm(parsed.GetValue(pictures), parsed.GetValue(encoder));
            var takesOnnx = onnx != new OnnxForm() || parsed.GetValue(check);
            return from chosen in FormOf(parsed.GetRequiredValue(form), takesOnnx)
                from experiments in choice.Of(parsed)
                from code in parsed.GetValue(check)
                    ? OnnxCheckTable.Print(experiments, parsed.GetValue(stage), onnx)
                    : Write(experiments, parsed.GetValue(stage), parsed.GetValue(runs), chosen, parsed.GetValue(file), onnx)
                select code;
        });
        return command;
    }

    private static LanguageExt.Either<InputError, int> Write(
        ChosenExperiments experiments,
        string? stage,
        string? runs,
        ExportForm form,
        string? file,
        OnnxForm onnx
    ) =>
        from trained in TrainedStage.Of(experiments, stage, runs, NetworkNeed.Encoder)
        from path in Ours(file ?? DefaultFile(experiments.FileName(trained.Spec.Name), trained.Stage, form), form)
        from lines in form.Write(trained, path, onnx)
        select CommandResult.Show([$"{trained.Choice}: {OneLine.Of(trained.Checkpoint)}", .. lines]);

    // Each form has its own file name, so that one export never overwrites another form.
    internal static string DefaultFile(string experiment, string stage, ExportForm form) => $"{experiment}-{stage}{form.Ending}";

    // An existing file may be overwritten if it is an earlier export, and not a file of another program.
    private static LanguageExt.Either<InputError, string> Ours(string path, ExportForm form) =>
        File.Exists(path) && !form.IsOurs(path)
            ? new InputError($"{path} exists and is no network that 'simclr export' wrote: move it, or give another file by --out.")
            : path;

    private static LanguageExt.Either<InputError, ExportForm> FormOf(string given, bool takesOnnx)
    {
        string[] names = [.. ExportForm.All.Select(static form => form.Name)];
        return ExportForm.All.FirstOrDefault(form => form.Name == given) switch
        {
            null => new InputError($"--as cannot be '{given}': {Nearest.Advice(given, names)}"),
            { TakesOnnxOptions: false } when takesOnnx => new InputError(
                $"--pictures, --encoder-only and --check belong to '--as onnx', not to '--as {given}'."
            ),
            { } form => form,
        };
    }
}

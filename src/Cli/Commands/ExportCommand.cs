using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Export;
using SimClrDsl.Planning;
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
        command.SetAction(parsed =>
        {
            var chosen = FormOf(parsed.GetRequiredValue(form));
            var onnx = new OnnxForm(parsed.GetValue(pictures), parsed.GetValue(encoder));
            if ((onnx != new OnnxForm() || parsed.GetValue(check)) && !chosen.TakesOnnxOptions)
            {
                throw new InputException($"--pictures, --encoder-only and --check belong to '--as onnx', not to '--as {chosen.Name}'.");
            }

            var experiments = choice.Of(parsed);
            if (parsed.GetValue(check))
            {
                return OnnxCheckTable.Print(experiments, parsed.GetValue(stage), onnx);
            }

            var trained = TrainedStage.Of(
                experiments,
                parsed.GetValue(stage),
                parsed.GetValue(runs),
                StageNames.Trains,
                what: "that leaves a network"
            );
            var path = parsed.GetValue(file) ?? DefaultFile(experiments.FileName(trained.Spec.Name), trained.Stage, chosen);
            RequireOurs(path, chosen);
            var lines = chosen.Write(trained, path, onnx);
            Console.Out.WriteLine($"{trained.Choice}: {OneLine.Of(trained.Checkpoint)}");
            foreach (var line in lines)
            {
                Console.Out.WriteLine(line);
            }

            return ExitCode.Done;
        });
        return command;
    }

    // Each form has its own file name, so that one export never overwrites another form.
    internal static string DefaultFile(string experiment, string stage, ExportForm form) => $"{experiment}-{stage}{form.Ending}";

    /// <summary>Checks that an existing file is an earlier export, which may be overwritten, and not a file of another program.</summary>
    private static void RequireOurs(string path, ExportForm form)
    {
        if (File.Exists(path) && !form.IsOurs(path))
        {
            throw new InputException(
                $"{path} exists and is no network that 'simclr export' wrote: move it, or give another file by --out."
            );
        }
    }

    private static ExportForm FormOf(string given)
    {
        string[] names = [.. ExportForm.All.Select(static form => form.Name)];
        return ExportForm.All.FirstOrDefault(form => form.Name == given)
            ?? throw new InputException($"--as cannot be '{given}': {Nearest.Advice(given, names)}");
    }
}

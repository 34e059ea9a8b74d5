using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Runtime.Weights.Names;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr export</c>: writes the network of a finished stage to a safetensors file.</summary>
internal static class ExportCommand
{
    private const string Own = "simclr";
    private const string Torchvision = "torchvision";

    public static Command Create()
    {
        var form = new Option<string>("--as")
        {
            Description = $"Names of the tensors: {Torchvision} (ResNet-50, 101, 152 of width 1) or {Own} (every network).",
            DefaultValueFactory = static _ => Own,
        };
        var stage = StageNetwork.StageOption();
        var runs = StageNetwork.RunsOption();
        var file = new Option<string?>("--out")
        {
            Description = "The file; left out, EXPERIMENT-STAGE.safetensors or EXPERIMENT-STAGE-torchvision.safetensors.",
        };
        var command = new Command("export", "Write a trained network for other programs.") { stage, form, runs, file };
        var choice = ExperimentChoice.For(command);
        command.SetAction(parsed =>
        {
            var names = Form(parsed.GetRequiredValue(form));
            var experiments = choice.Of(parsed);
            var trained = TrainedStage.Of(
                experiments,
                parsed.GetValue(stage),
                parsed.GetValue(runs),
                StageNames.Trains,
                what: "that leaves a network"
            );
            var (plan, chosen) = (trained.Plan, trained.Stage);
            var path = parsed.GetValue(file) ?? DefaultFile(experiments.FileName(trained.Spec.Name), chosen, names);
            RequireOurs(path);
            if (names == Torchvision)
            {
                WeightExport.Torchvision(trained.Checkpoint, plan, chosen, path);
            }
            else
            {
                WeightExport.Own(trained.Checkpoint, plan, chosen, path);
            }

            Console.Out.WriteLine($"{trained.Choice}: {OneLine.Of(trained.Checkpoint)}");
            Console.Out.WriteLine($"{path}: {Describe(plan, chosen, names)}");
            return ExitCode.Done;
        });
        return command;
    }

    // Each format has its own file name, so that one export never overwrites another format.
    internal static string DefaultFile(string experiment, string stage, string form) =>
        form == Own ? $"{experiment}-{stage}.safetensors" : $"{experiment}-{stage}-{form}.safetensors";

    /// <summary>Checks that an existing file is an earlier export, which may be overwritten, and not a file of another program.</summary>
    private static void RequireOurs(string path)
    {
        if (File.Exists(path) && !WeightExport.IsExport(path))
        {
            throw new InputException(
                $"{path} exists and is no network that 'simclr export' wrote: move it, or give another file by --out."
            );
        }
    }

    private static string Form(string given) =>
        given is Own or Torchvision
            ? given
            : throw new InputException($"--as cannot be '{given}': {Nearest.Advice(given, [Own, Torchvision])}");

    private static string Describe(Plan plan, string stage, string names) =>
        names == Own ? $"parameters and statistics of stage '{stage}'."
        : TorchvisionNames.HasClassifier(plan, stage)
            ? $"encoder and classifier of stage '{stage}' under torchvision's names.\n{Differences}"
        : $"encoder of stage '{stage}' under torchvision's names; no 'fc', so set model.fc = torch.nn.Identity() first.\n{Differences}";

    private static string Differences =>
        $"""
            Not in a state_dict, so set it by hand:
              model.maxpool = {TorchvisionNames.MaxPool}
              images in [0, 1], without torchvision's normalisation
            """;
}

using System.CommandLine;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr export</c>: the network of a finished stage as one safetensors file.</summary>
internal static class ExportCommand
{
    private const string Own = "simclr";
    private const string Torchvision = "torchvision";

    public static Command Create()
    {
        var experiment = Arguments.Experiment();
        var form = new Option<string>("--as")
        {
            Description = $"Names of the tensors: {Torchvision} (ResNet-50, 101, 152 of width 1) or {Own} (every network).",
            DefaultValueFactory = static _ => Own,
        };
        var stage = StageNetwork.StageOption();
        var seed = StageNetwork.SeedOption();
        var where = Where.Option();
        var runs = StageNetwork.RunsOption();
        var file = new Option<string?>("--out") { Description = "The file; left out, EXPERIMENT-STAGE.safetensors." };
        var command = new Command("export", "Write a trained network for other programs.")
        {
            experiment,
            where,
            stage,
            seed,
            form,
            runs,
            file,
        };
        command.SetAction(parsed =>
        {
            var names = Form(parsed.GetRequiredValue(form));
            var (plan, spec, chosen) = StageNetwork.Of(
                parsed.GetRequiredValue(experiment),
                parsed.GetValue(where) ?? [],
                parsed.GetValue(seed),
                parsed.GetValue(stage),
                otherwise: static stages => stages[^1]
            );
            var root = parsed.GetValue(runs) ?? "runs";
            var checkpoint =
                FinishedStages.Find(root, chosen, StageHashes.Of(plan)[chosen])?.Run.Checkpoint(chosen)
                ?? throw new InputException(
                    $"no run in {root} has finished stage '{chosen}' of '{spec.Name}' with seed {spec.Seed}: run it first, or name its folder by --runs."
                );
            var path = parsed.GetValue(file) ?? $"{spec.Name}-{chosen}.safetensors";
            if (names == Torchvision)
            {
                WeightExport.Torchvision(checkpoint, plan, chosen, path);
            }
            else
            {
                WeightExport.Own(checkpoint, plan, chosen, path);
            }

            Console.Out.WriteLine($"{path}: {Describe(plan, chosen, names)}");
            return ExitCode.Done;
        });
        return command;
    }

    private static string Form(string given) =>
        given is Own or Torchvision
            ? given
            : throw new InputException($"--as cannot be '{given}': {Nearest.Advice(given, [Own, Torchvision])}");

    private static string Describe(Plan plan, string stage, string names)
    {
        var network = NetworkLayers.Of(plan, stage);
        return names == Own ? $"parameters and statistics of stage '{stage}'."
            : network is { Head.Count: 0, Classifier: not null }
                ? $"encoder and classifier of stage '{stage}' under torchvision's names.\n{Differences}"
            : $"encoder of stage '{stage}' under torchvision's names; no 'fc', so set model.fc = torch.nn.Identity() first.\n{Differences}";
    }

    private static string Differences =>
        $"""
            Not in a state_dict, so set it by hand:
              model.maxpool = {TorchvisionNames.MaxPool}
              images in [0, 1], without torchvision's normalisation
            """;
}

using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// <c>simclr import</c>: takes over a network of another program, or of another experiment's run, as a finished stage of an experiment, so
/// that the following stages can use it.
/// </summary>
internal static class ImportCommand
{
    private const string ImageNet = "imagenet";
    private const string None = "none";

    public static Command Create()
    {
        var tensorFlow = new Option<string?>("--tensorflow")
        {
            Description = "Path of a TensorFlow checkpoint without .index and .data-…, such as FOLDER/model.ckpt-250228.",
        };
        var weights = new Option<string?>("--weights")
        {
            Description = "A .pth or .safetensors file with an encoder of torchvision, timm, lightly or solo-learn, for stage 'pretrain'.",
        };
        var run = new Option<string?>("--run")
        {
            Description = "Folder of another experiment's run, whose network of the stage is taken: runs/NAME-HASH.",
        };
        var prefix = new Option<string?>("--prefix")
        {
            Description = "For --weights: what stands before the encoder's names, if the file holds several encoders.",
        };
        var normalisation = new Option<string>("--normalisation")
        {
            Description = "For --weights: imagenet, if the encoder takes images normalised by ImageNet's mean and deviation, or none.",
            DefaultValueFactory = static _ => ImageNet,
        };
        var stage = StageNetwork.StageOption();
        var runs = StageNetwork.RunsOption();
        var command = new Command("import", "Take the network of a stage from a file of another program or from another run.")
        {
            tensorFlow,
            weights,
            run,
            prefix,
            normalisation,
            stage,
            runs,
        };
        var choice = ExperimentChoice.For(command);
        command.SetAction(parsed =>
        {
            var (plan, spec, chosen) = StageNetwork.Of(choice.Of(parsed), parsed.GetValue(stage), otherwise: static stages => stages[0]);
            var folder = RunFolder.At(parsed.GetValue(runs) ?? "runs", spec.Name, SpecHash.Of(spec));
            var source = parsed.GetValue(run) is { } other ? CheckpointOf(other, chosen) : null;
            // Of a network that another program trained the names of the classes are not known.
            var classes = source is null ? [] : RunImport.ClassNames(source).OrThrow();
            var card = new NetworkCard(ImageInput.Of(plan.Data), classes, DataDigests: new Dictionary<string, string>());
            var store = new StageStore(folder, StageHashes.Of(plan), card: card);
            var path = store.Checkpoint(chosen);
            // The checkpoint is read completely before any existing file is changed.
            var arrived = $"{path}.imported";
            var read = (parsed.GetValue(tensorFlow), parsed.GetValue(weights), source) switch
            {
                (null, null, { } given) => RunImport.Network(given, plan, chosen, arrived, store.Metadata(chosen)),
                ({ } given, null, null) => WeightImport.TensorFlow(given, plan, chosen, arrived, store.Metadata(chosen)),
                (null, { } file, null) when chosen == StageNames.Pretrain => EncoderImport.Pretrained(
                    file,
                    parsed.GetValue(prefix),
                    IsNormalised(parsed.GetRequiredValue(normalisation)),
                    plan,
                    arrived,
                    store.Metadata(chosen)
                ),
                (null, not null, null) => throw new InputException($"--weights is an encoder for stage 'pretrain', not for '{chosen}'."),
                _ => throw new InputException("give one of --tensorflow, --weights and --run: see 'simclr import --help'."),
            };
            var imported = read.OrThrow();
            store.Begin(chosen);
            File.Move(arrived, path, overwrite: true);
            store.Finish(chosen, [], pretrain: null);
            Console.Out.WriteLine(
                $"{path}: {imported.Loaded} tensors; {imported.Left} others of the file are not part of stage '{chosen}'."
            );
            return ExitCode.Done;
        });
        return command;
    }

    private static string CheckpointOf(string run, string stage)
    {
        var checkpoint = RunFolder.Of(run).Checkpoint(stage);
        return File.Exists(checkpoint)
            ? checkpoint
            : throw new InputException($"{run} is not the folder of a run that has finished '{stage}': there is no {checkpoint}.");
    }

    private static bool IsNormalised(string given) =>
        given is ImageNet or None
            ? given == ImageNet
            : throw new InputException($"--normalisation cannot be '{given}': {Nearest.Advice(given, [ImageNet, None])}");
}

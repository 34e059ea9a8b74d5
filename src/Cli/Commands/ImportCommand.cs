using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// <c>simclr import</c>: imports a network of the official code as a finished stage of an experiment, so that the following stages can use
/// it.
/// </summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var prefix = new Option<string>("--tensorflow")
        {
            Description = "Path of a TensorFlow checkpoint without .index and .data-…, such as FOLDER/model.ckpt-250228.",
            Required = true,
        };
        var stage = StageNetwork.StageOption();
        var runs = StageNetwork.RunsOption();
        var command = new Command("import", "Take the network of a stage from an official TensorFlow checkpoint.") { prefix, stage, runs };
        var choice = ExperimentChoice.For(command);
        command.SetAction(parsed =>
        {
            var (plan, spec, chosen) = StageNetwork.Of(choice.Of(parsed), parsed.GetValue(stage), otherwise: static stages => stages[0]);
            var folder = RunFolder.At(parsed.GetValue(runs) ?? "runs", spec.Name, SpecHash.Of(spec));
            // Of a network that was trained elsewhere the names of the classes are not known.
            var card = new NetworkCard(ImageInput.Of(plan.Data), ClassNames: [], DataDigests: new Dictionary<string, string>());
            var store = new StageStore(folder, StageHashes.Of(plan), card: card);
            var path = store.Checkpoint(chosen);
            // The checkpoint is read completely before any existing file is changed.
            var arrived = $"{path}.imported";
            var imported = WeightImport.TensorFlow(parsed.GetRequiredValue(prefix), plan, chosen, arrived, store.Metadata(chosen));
            store.Begin(chosen);
            File.Move(arrived, path, overwrite: true);
            store.Finish(chosen, [], pretrain: null);
            Console.Out.WriteLine(
                $"{path}: {imported.Loaded} variables; {imported.Left} others of the checkpoint are not part of stage '{chosen}'."
            );
            return ExitCode.Done;
        });
        return command;
    }
}

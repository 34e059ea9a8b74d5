using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
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
        command.Runs(parsed =>
            from experiments in choice.Of(parsed)
            from network in StageNetwork.Of(experiments, parsed.GetValue(stage), otherwise: static stages => stages[0])
            from source in SourceOf(network.Stage, parsed.GetValue(tensorFlow), Encoder(parsed), parsed.GetValue(run))
            from code in Import(network, source, parsed.GetValue(runs) ?? Arguments.RunsFolder)
            select code
        );
        return command;

        EncoderFile? Encoder(ParseResult parsed) =>
            parsed.GetValue(weights) is { } path ? new(path, parsed.GetValue(prefix), parsed.GetRequiredValue(normalisation)) : null;
    }

    // Reads a network and writes it as the checkpoint of a stage.
    private delegate LanguageExt.Either<InputError, ImportedWeights> Reader(
        Plan plan,
        string stage,
        string path,
        IReadOnlyDictionary<string, string> metadata
    );

    /// <summary>A network to import.</summary>
    /// <param name="ClassNames">Names of its classes; empty if another program trained it, whose file does not hold them.</param>
    /// <param name="Read">Reads it.</param>
    private sealed record Source(IReadOnlyList<string> ClassNames, Reader Read);

    /// <summary>A file with an encoder of another program.</summary>
    private sealed record EncoderFile(string Path, string? Prefix, string Normalisation);

    private static LanguageExt.Either<InputError, Source> SourceOf(string stage, string? tensorFlow, EncoderFile? encoder, string? run) =>
        (tensorFlow, encoder, run) switch
        {
            (null, null, { } other) => CheckpointOf(other, stage).Bind(OfRun),
            ({ } given, null, null) => new Source([], OfTensorFlow(given)),
            (null, { } file, null) when stage == StageNames.Pretrain => IsNormalised(file.Normalisation)
                .Map(normalised => new Source([], OfEncoder(file, normalised))),
            (null, not null, null) => new InputError($"--weights is an encoder for stage 'pretrain', not for '{stage}'."),
            _ => new InputError("give one of --tensorflow, --weights and --run: see 'simclr import --help'."),
        };

    private static LanguageExt.Either<InputError, Source> OfRun(string checkpoint) =>
        RunImport
            .ClassNames(checkpoint)
            .Map(names => new Source(names, (plan, stage, path, metadata) => RunImport.Network(checkpoint, plan, stage, path, metadata)));

    private static Reader OfTensorFlow(string prefix) =>
        (plan, stage, path, metadata) => WeightImport.TensorFlow(prefix, plan, stage, path, metadata);

    private static Reader OfEncoder(EncoderFile file, bool normalised) =>
        (plan, _, path, metadata) => EncoderImport.Pretrained(file.Path, file.Prefix, normalised, plan, path, metadata);

    private static LanguageExt.Either<InputError, int> Import(StageNetwork network, Source source, string runs)
    {
        var (plan, spec, stage) = network;
        var card = NetworkCard.Of(plan.Data, source.ClassNames);
        var store = new StageStore(RunFolder.At(runs, spec.Name, SpecHash.Of(spec)), StageHashes.Of(plan), card: card);
        // The checkpoint is read completely before any existing file is changed.
        var arrived = $"{store.Checkpoint(stage)}.imported";
        return source.Read(plan, stage, arrived, store.Metadata(stage)).Map(imported => Finish(store, stage, arrived, imported));
    }

    private static int Finish(StageStore store, string stage, string arrived, ImportedWeights imported)
    {
        var path = store.Checkpoint(stage);
        store.Begin(stage);
        File.Move(arrived, path, overwrite: true);
        store.Finish(stage, [], pretrain: null);
        Console.Out.WriteLine($"{path}: {imported.Loaded} tensors; {imported.Left} others of the file are not part of stage '{stage}'.");
        Console.Out.WriteLine($"next: simclr run with the same experiment and settings, for which stage '{stage}' is finished");
        return ExitCode.Done;
    }

    private static LanguageExt.Either<InputError, string> CheckpointOf(string run, string stage)
    {
        var checkpoint = RunFolder.Of(run).Checkpoint(stage);
        return File.Exists(checkpoint)
            ? checkpoint
            : new InputError($"{run} is not the folder of a run that has finished '{stage}': there is no {checkpoint}.");
    }

    private static LanguageExt.Either<InputError, bool> IsNormalised(string given) =>
        given is ImageNet or None
            ? given == ImageNet
            : new InputError($"--normalisation cannot be '{given}': {Nearest.Advice(given, [ImageNet, None])}");
}

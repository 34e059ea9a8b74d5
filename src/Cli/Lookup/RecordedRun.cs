using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Lookup;

/// <summary>A stage of a run, as far as it came.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Finished">What it measured; null if it is not finished.</param>
/// <param name="TakenFrom">The run that finished it, if this one took it over from there.</param>
/// <param name="Step">Step of its last checkpoint, if it was interrupted.</param>
internal sealed record RecordedStage(string Name, FinishedStage? Finished, string? TakenFrom, int? Step)
{
    /// <summary>How far it came, in words.</summary>
    public string State =>
        TakenFrom is not null ? $"taken over from {TakenFrom}"
        : Finished is not null ? "finished"
        : Step is { } step ? $"interrupted at step {step}"
        : "not run";
}

/// <summary>What the folder of a run holds.</summary>
/// <param name="Folder">Path of the folder.</param>
/// <param name="Spec">The spec of the experiment.</param>
/// <param name="Stages">Its stages, in order.</param>
internal sealed record RecordedRun(string Folder, Spec Spec, IReadOnlyList<RecordedStage> Stages)
{
    /// <summary>Name of the folder.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>The images that results were measured on, in words.</summary>
    public string MeasuredOn => Plan.Of(Spec).Data.On == EvaluateOn.Validation ? "validation images" : "test images";

    /// <summary>The summary; null if the run has not come to its end.</summary>
    public Summary? Summary { get; init; }

    /// <summary>The points of all curves.</summary>
    public IReadOnlyList<MetricsPoint> Points { get; init; } = [];

    /// <summary>What was measured between epochs of pretraining.</summary>
    public IReadOnlyList<OnlinePoint> Online { get; init; } = [];

    /// <summary>Signs that a training went wrong.</summary>
    public IReadOnlyList<TrainingWarning> Warnings { get; init; } = [];

    /// <summary>The starts of the run, the newest last.</summary>
    public IReadOnlyList<Launch> Launches { get; init; } = [];

    /// <summary>The texts of spec.yaml and plan.txt; empty if there is none.</summary>
    public (string Spec, string Plan) Texts { get; init; } = ("", "");

    /// <summary>The images that were left out, one a line; empty if there are none.</summary>
    public string LeftOut { get; init; } = "";

    /// <summary>Number of labelled images of all stages, and of those that the supervised baseline drew for itself; null if none.</summary>
    public (int? All, int? Supervised) Labelled { get; init; }

    /// <summary>Reads what a run has left in its folder.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <returns>The run; or that it is not the folder of a run, that a file cannot be read, or the errors of its spec.</returns>
    public static Either<InputError, RecordedRun> Read(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(folder);
        return RunFolder.SpecOf(path) is null
            ? new InputError($"{folder} is not the folder of a run: it holds no spec.yaml beside checkpoints/.")
            : Catalogue.Open(path).Bind(declared => Read(path, declared.Sweep.Cells[0].Spec));
    }

    private static Either<InputError, RecordedRun> Read(string path, Spec spec)
    {
        var (plan, run) = (Plan.Of(spec), RunFolder.Of(path));
        var hashes = StageHashes.Of(plan);
        return from summary in Text(run.Summary)
            from specText in Text(run.File("spec.yaml"))
            from planText in Text(run.File("plan.txt"))
            from leftOut in Text(run.File("left-out.txt"))
            from labelled in Text(run.File("labelled.txt"))
            from supervised in Text(run.File("labelled-supervised.txt"))
            select new RecordedRun(path, spec, [.. SpecText.Stages(plan).Select(stage => Stage(run, stage, hashes[stage]))])
            {
                Summary = Summary.Parse(summary),
                Points = MetricsLog.Points(run.Metrics),
                Online = MetricsLog.OnlinePoints(run.Metrics),
                Warnings = MetricsLog.AllWarnings(run.Metrics),
                Launches = run.AllLaunches(),
                Texts = (specText, planText),
                LeftOut = leftOut,
                Labelled = (Lines(labelled), Lines(supervised)),
            };
    }

    private static RecordedStage Stage(RunFolder run, string stage, string hash) =>
        FinishedStages.Of(run, stage) is { } own ? new(stage, own, TakenFrom: null, Step: null)
        : FinishedStages.Find(run.Root, stage, hash) is { } other ? new(stage, other.Stage, Path.GetFileName(other.Run.Path), Step: null)
        : new(stage, Finished: null, TakenFrom: null, UnfinishedStages.LastStep(run, stage));

    private static int? Lines(string text) => text.Length > 0 ? text.Count(static letter => letter == '\n') : null;

    // Empty where there is no such file.
    private static Either<InputError, string> Text(string path) =>
        Inputs.Reading(path, () => File.Exists(path) ? File.ReadAllText(path) : "");
}

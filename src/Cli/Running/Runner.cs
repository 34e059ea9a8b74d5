using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>What a person chooses for a run besides its spec.</summary>
/// <param name="Only">The one stage to run, or null for all.</param>
/// <param name="Again">Whether stages that are finished run once more.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Profile">Whether to measure where the time goes.</param>
/// <param name="Smoke">Whether the run shall only show, in seconds, that every stage runs.</param>
/// <param name="Root">Folder of all runs.</param>
internal sealed record RunChoices(string? Only, bool Again, Device Device, bool Profile, bool Smoke, string Root)
{
    /// <summary>Folder of the spec's file, from which relative paths of data are looked for first; null where there is no file.</summary>
    public string? SpecFolder { get; init; }

    /// <summary>What measuring the network between epochs of pretraining may compute, of what training does; 0 for no measuring.</summary>
    public double OnlineShare { get; init; }

    /// <summary>Whether the curves are also written as event files for TensorBoard.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>When stages that train make checkpoints.</summary>
    public CheckpointPolicy Checkpoints { get; init; } = CheckpointPolicy.Default;

    /// <summary>Asks the run to end early; null where nobody can.</summary>
    public StopRequest? Stop { get; init; }
}

/// <summary>Sets up a run, runs it, and writes down what it gave.</summary>
internal static class Runner
{
    private static readonly StageEstimate[] NotMeasured = [];

    /// <param name="spec">What is run.</param>
    /// <param name="compiled">Its code where it was built with the project.</param>
    /// <param name="choices">What a person chose besides.</param>
    /// <param name="time">Tells when the run ended.</param>
    /// <returns>What it gave; or that something it needs is missing or does not fit.</returns>
    public static Either<InputError, RunOutcome> Run(Spec spec, IExperiment? compiled, RunChoices choices, TimeProvider time)
    {
        var profiler = choices.Profile ? Profiler.On(choices.Device) : null;
        using var progress = TerminalOutput.Progress();
        return
            // Before the compiler, which takes seconds.
            from plan in RunPlan.Of(spec, choices.Only)
            from estimate in FittingMemory(plan, choices)
            let told = Tell(progress, estimate)
            from outcome in RunExecution.Execute(Request(plan, compiled, choices, profiler, time), progress)
            select Concluded(outcome, choices, profiler);
    }

    private static RunRequest Request(Plan plan, IExperiment? compiled, RunChoices choices, Profiler? profiler, TimeProvider time) =>
        new(compiled ?? InProcessCompiler.Compile(plan.Spec), plan.Spec, choices.Root)
        {
            Device = choices.Device,
            Only = choices.Only,
            Again = choices.Again,
            Smoke = choices.Smoke,
            Profiler = profiler,
            DataFolder = choices.SpecFolder,
            OnlineShare = choices.Smoke ? 0 : choices.OnlineShare,
            TensorBoard = choices.TensorBoard,
            Checkpoints = choices.Checkpoints,
            Stop = choices.Stop,
            Generator = typeof(ExperimentEmitter),
            Generated = [.. ExperimentEmitter.Emit(plan).Select(static file => (file.HintName, file.Text))],
            Git = GitState.Of(Environment.CurrentDirectory) is { } git ? (git.Commit, git.Changed) : null,
            Time = time,
        };

    private static RunOutcome Concluded(RunOutcome outcome, RunChoices choices, Profiler? profiler)
    {
        if (Ranks.IsFirst)
        {
            Conclude(outcome, choices);
            WriteProfile(profiler, outcome);
        }

        return outcome;
    }

    // What the stages are estimated to take. It is measured only where that is a small part of the run, and not on a GPU, which has memory
    // of its own, nor for ranks, which share a batch, nor where images are missing, which another message says.
    private static Either<InputError, IReadOnlyList<StageEstimate>> FittingMemory(Plan plan, RunChoices choices)
    {
        var onGpu = choices.Device.type == TorchSharp.DeviceType.CUDA;
        var place = DataPlace.Anywhere with { SpecFolder = choices.SpecFolder };
        if (onGpu || Ranks.Current.Size > 1 || choices.Smoke || !Datasets.AreAtHand(plan.Data, place))
        {
            return NotMeasured;
        }

        var available = Machine.AvailableMemory();
        return from fitting in MemoryCheck.Fitting(plan, available)
            from stages in choices.Only is null && Estimate.IsWorthIt(plan) ? Estimate.Of(plan, choices.SpecFolder) : NotMeasured
            from measured in MemoryCheck.Fitting(plan, stages, available)
            select measured;
    }

    private static IReadOnlyList<StageEstimate> Tell(Runtime.Runs.Progress progress, IReadOnlyList<StageEstimate> stages)
    {
        if (stages.Count > 0)
        {
            progress.Note(EstimateText.Line(stages));
        }

        return stages;
    }

    private static void Conclude(RunOutcome outcome, RunChoices choices)
    {
        Console.Out.WriteLine();
        if (choices.Smoke)
        {
            Console.Out.WriteLine(
                $"{outcome.Experiment} runs: {string.Join(", ", outcome.Stages.Select(static stage => stage.Stage))}.\n"
                    + "A smoke run is too short to learn anything, so it shows no losses and no accuracies."
            );
        }
        else
        {
            TerminalOutput.Write(outcome.Results);
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine($"{ProgressLine.Duration(outcome.Elapsed)}; {outcome.Folder}");
    }

    /// <summary>
    /// Where the time went, as a table and as a trace. A run that trained nothing leaves those of an earlier one as they are.
    /// </summary>
    private static void WriteProfile(Profiler? profiler, RunOutcome outcome)
    {
        if (profiler?.Stages is not { } stages)
        {
            return;
        }

        Console.Out.WriteLine();
        if (stages.Count == 0)
        {
            Console.Out.WriteLine("No step to profile: nothing was trained; --again trains once more.");
            return;
        }

        var folder = RunFolder.Of(outcome.Folder);
        var table = $"{outcome.ComputedOn}, {get_num_threads()} threads\n\n{ProfileTable.Format(stages)}";
        folder.WriteText("profile.txt", table);
        folder.WriteText("trace.json", ChromeTrace.Json(stages));
        Console.Out.Write(table);
        Console.Out.WriteLine($"{folder.File("profile.txt")}, {folder.File("trace.json")} (for ui.perfetto.dev or chrome://tracing)");
    }
}

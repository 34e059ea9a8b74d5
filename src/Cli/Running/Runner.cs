using System.Diagnostics;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
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
    private const int SmokeTestImages = 256;

    /// <param name="spec">What is run.</param>
    /// <param name="compiled">Its code where it was built with the project.</param>
    /// <param name="choices">What a person chose besides.</param>
    /// <param name="time">Tells when the run ended.</param>
    public static void Run(Spec spec, IExperiment? compiled, RunChoices choices, TimeProvider time)
    {
        var only = choices.Only;
        var clock = Stopwatch.StartNew();
        var (plan, hash) = (Plan.Of(spec), SpecHash.Of(spec));
        if (only is not null && !SpecText.Stages(plan).Contains(only))
        {
            throw new InputException($"'{spec.Name}' has no stage '{only}': its stages are {string.Join(", ", SpecText.Stages(plan))}.");
        }

        var ranks = Ranks.Current;
        RankShares.Require(plan, ranks.Size);
        UseAllCores();
        Capabilities.Configure(choices.Device, tf32: spec.Precision == Precision.Tf32);
        using var progress = TerminalOutput.Progress();
        var experiment = compiled ?? InProcessCompiler.Compile(spec);
        // Before the folder: a run that has no images, or no network to go on from, leaves nothing behind.
        var opened = OpenedData.Open(plan, choices.SpecFolder, progress);
        var data = choices.Smoke ? opened.WithTest(SmokeTestImages, Key.FromSeed(spec.Seed).At("smoke")) : opened;
        var options = Options(spec, choices) with { DataRemark = data.Notes.Remark, GuessLoss = plan.Pretrain?.GuessLoss };
        var folder = RunFolder.At(choices.Root, spec.Name, hash);
        var (code, digests) = (ProgramCode.Digest(), StageDigests.Of(plan, data));
        var card = new NetworkCard(ImageInput.Of(plan.Data), data.ClassNames, DataDigests: new Dictionary<string, string>());
        var store = new StageStore(folder, StageHashes.Of(plan), choices.Again, digests, code, card);
        RequireAlike(ranks, hash, digests, code, options);
        if (Ranks.IsFirst && only is not null && plan.Stage(only)?.StartsFrom(plan) is { } before)
        {
            store.Require(before, neededBy: only);
        }

        using var alone = Ranks.IsFirst ? Begin(folder) : null;
        progress.Note(
            $"{spec.Name}: {plan.Encoder.Title}, {Numbers.Grouped(plan.Encoder.Cost.Parameters.Weights)} weights; seed {spec.Seed}; "
                + $"{Machine(options, spec)}; {folder.Path}"
        );
        if (ranks.Size > 1)
        {
            progress.Note($"{ranks.Size} ranks by {MpiRanks.Version}, {get_num_threads()} threads each");
        }

        if (Ranks.IsFirst && spec.Precision == Precision.Auto)
        {
            progress.Note($"precision: {PrecisionName(options, spec)}, since {PrecisionReason(spec, options.Device)}");
        }

        foreach (var line in OpenedData.Lines(plan, data))
        {
            progress.Note(line);
        }

        if (!Ranks.IsFirst)
        {
            _ = Stage.RunAll(experiment.Stages, new(options, data, store, Log: null, progress));
            return;
        }

        Describe(folder, plan, spec);
        OpenedData.Describe(plan, data, folder);
        var launch = new Launch(Date(time), Computed(options, spec), MadeFrom(code, digests));
        folder.Write(launch);
        using var log = new MetricsLog(folder.Metrics, choices.TensorBoard);
        var ended = Stage.RunAll(experiment.Stages, new(options, data, store, log, progress));
        Conclude(ended.Results, folder, spec, hash, clock.Elapsed, launch with { Date = Date(time) }, choices);
        WriteProfile(options, spec, folder);
    }

    /// <summary>Takes a step of a run again, as it was taken, and writes nothing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage of the step.</param>
    /// <param name="request">The step, and who is told of it.</param>
    /// <param name="data">The images of the run.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Shows the steps on the way.</param>
    /// <exception cref="ReplayEndedException">Always, once the step is taken.</exception>
    public static void Replay(
        RecordedRun run,
        string stage,
        ReplayRequest request,
        ExperimentData data,
        Device device,
        Runtime.Runs.Progress progress
    )
    {
        var (spec, plan) = (run.Spec, Plan.Of(run.Spec));
        UseAllCores();
        Capabilities.Configure(device, tf32: spec.Precision == Precision.Tf32);
        var experiment = Catalogue.Of(spec).Compiled ?? InProcessCompiler.Compile(spec);
        // A policy that never makes a checkpoint, so that one is looked for and none written.
        var options = new RunOptions(spec.Seed, device, Compute(spec, device), stage)
        {
            Replay = request,
            Checkpoints = new(Keep: int.MaxValue, TimeSpan.MaxValue),
        };
        var digests = StageDigests.Of(plan, data);
        var store = new StageStore(RunFolder.Of(run.Folder), StageHashes.Of(plan), again: false, digests, ProgramCode.Digest());
        _ = Stage.RunAll(experiment.Stages, new(options, data, store, Log: null, progress));
    }

    private static RunLock Begin(RunFolder folder)
    {
        folder.Make();
        return RunLock.Take(folder);
    }

    // Ranks that started with other images or another program would compute nonsense without a word.
    private static void RequireAlike(
        IRanks ranks,
        string spec,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> data,
        string code,
        RunOptions options
    )
    {
        (string What, string Own)[] all =
        [
            ("spec", spec),
            ("images", string.Join(' ', data.SelectMany(static stage => stage.Value).Select(static digest => digest.Value))),
            ("program", code),
            ("precision", options.Compute.ToString()),
        ];
        foreach (var (what, own) in all)
        {
            if (ranks.Agree(() => own, $"the {what}") != own)
            {
                throw new InputException($"its {what} and that of rank 0 differ: start every rank from the same files.");
            }
        }
    }

    // OMP_NUM_THREADS says otherwise where a person wants it to. Ranks share the cores of their machine (RankJob).
    internal static void UseAllCores()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null && Ranks.Current.Size == 1)
        {
            set_num_threads(Environment.ProcessorCount);
        }
    }

    private static RunOptions Options(Spec spec, RunChoices choices) =>
        new(spec.Seed, choices.Device, Compute(spec, choices.Device), choices.Only, choices.Profile ? Profiler.On(choices.Device) : null)
        {
            ShowsNumbers = !choices.Smoke,
            OnlineShare = choices.Smoke ? 0 : choices.OnlineShare,
            Checkpoints = choices.Checkpoints,
            Stop = choices.Stop,
        };

    private static string Date(TimeProvider time) =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static MadeFrom MadeFrom(string code, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> data)
    {
        var git = GitState.Of(Environment.CurrentDirectory);
        return new(Environment.MachineName, Environment.ProcessId, git?.Commit, git?.Changed, code, data);
    }

    /// <summary>The type a spec's networks compute in on a device.</summary>
    internal static ScalarType Compute(Spec spec, Device device) =>
        spec.Precision switch
        {
            Precision.Float32 or Precision.Tf32 => float32,
            Precision.Bf16 => bfloat16,
            // Every rank computes in the same type, whatever its own processor would choose.
            _ => Ranks.Current.Agree(() => PrefersBf16(spec, device) ? "bf16" : "float32", "the precision") == "bf16" ? bfloat16 : float32,
        };

    private static bool PrefersBf16(Spec spec, Device device) =>
        Capabilities.Bf16(device) && (IsGpu(device) || PrecisionTrial.PrefersBf16(Ratio(spec)));

    private static double Ratio(Spec spec) => PrecisionTrial.Ratio(Plan.Of(spec).Encoder);

    private static bool IsGpu(Device device) => device.type == TorchSharp.DeviceType.CUDA;

    /// <summary>Why networks compute in the type that they do.</summary>
    private static string PrecisionReason(Spec spec, Device device) =>
        spec.Precision != Precision.Auto ? "as the spec says"
        : IsGpu(device) ? "a GPU multiplies it faster"
        : !Capabilities.Bf16(device) ? "this processor has no instructions for bf16"
        : FormattableString.Invariant(
            $"on this processor bf16 takes {Ratio(spec):0.00} of float32's time, measured on the network's convolutions"
        );

    private static string Machine(RunOptions options, Spec spec) =>
        $"{DeviceName(options.Device)}, {PrecisionName(options, spec)}, {Kernels.Description}";

    private static string DeviceName(Device device) => device.type.ToString().ToLowerInvariant();

    private static string PrecisionName(RunOptions options, Spec spec) =>
        options.Compute == bfloat16 ? "bf16"
        : spec.Precision == Precision.Tf32 && options.Device.type == TorchSharp.DeviceType.CUDA ? "tf32"
        : "float32";

    /// <summary>What the run computes on and with, for its summary.</summary>
    private static ComputedOn Computed(RunOptions options, Spec spec)
    {
        var machine = Running.Machine.This();
        var onGpu = options.Device.type == TorchSharp.DeviceType.CUDA;
        return new(
            DeviceName(options.Device),
            machine.Processor,
            onGpu ? machine.Gpu : null,
            get_num_threads(),
            PrecisionName(options, spec),
            PrecisionReason(spec, options.Device),
            Kernels.Description,
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["simclr"] = Versions.Program,
                ["dotnet"] = Environment.Version.ToString(),
                ["torch"] = Capabilities.Provider,
                ["system"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            }
        );
    }

    /// <summary>What was run, beside what it gave: the spec, the plan, the code.</summary>
    private static void Describe(RunFolder folder, Plan plan, Spec spec)
    {
        folder.WriteText("spec.yaml", SpecWriter.Write(DecidedSpec.Of(plan)));
        folder.WriteText("plan.txt", PlanTable.Format(plan));
        var files = ExperimentEmitter.Emit(plan);
        foreach (var stale in folder.GeneratedFiles().Where(name => files.All(file => file.HintName != name)))
        {
            File.Delete(folder.Generated(stale));
        }

        foreach (var file in files)
        {
            AtomicFile.WriteText(folder.Generated(file.HintName), file.Text);
        }
    }

    private static void Conclude(
        Results results,
        RunFolder folder,
        Spec spec,
        string hash,
        TimeSpan elapsed,
        Launch launch,
        RunChoices choices
    )
    {
        var earlier = Earlier(folder.Summary);
        var summary = new Summary(
            spec.Name,
            hash,
            spec.Seed,
            Math.Round(elapsed.TotalSeconds, 1),
            results.Pretrain ?? earlier?.Pretrain,
            results.Top1(earlier?.Top1),
            results.Top5(earlier?.Top5)
        )
        {
            Date = launch.Date,
            Computed = launch.Computed,
            MadeFrom = launch.MadeFrom,
        };
        AtomicFile.WriteText(folder.Summary, summary.ToJson());
        Console.Out.WriteLine();
        if (choices.Smoke)
        {
            Console.Out.WriteLine(
                $"{spec.Name} runs: {string.Join(", ", SpecText.Stages(Plan.Of(spec)).Where(stage => choices.Only is null || stage == choices.Only))}.\n"
                    + "A smoke run is too short to learn anything, so it shows no losses and no accuracies."
            );
        }
        else
        {
            TerminalOutput.Write(results.Rows);
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine($"{ProgressLine.Duration(elapsed)}; {folder.Path}");
    }

    /// <summary>
    /// Where the time went, as a table and as a trace. A run that trained nothing leaves those of an earlier one as they are.
    /// </summary>
    private static void WriteProfile(RunOptions options, Spec spec, RunFolder folder)
    {
        if (options.Profiler?.Stages is not { } stages)
        {
            return;
        }

        Console.Out.WriteLine();
        if (stages.Count == 0)
        {
            Console.Out.WriteLine("No step to profile: nothing was trained; --again trains once more.");
            return;
        }

        var table = $"{Machine(options, spec)}, {get_num_threads()} threads\n\n{ProfileTable.Format(stages)}";
        folder.WriteText("profile.txt", table);
        folder.WriteText("trace.json", ChromeTrace.Json(stages));
        Console.Out.Write(table);
        Console.Out.WriteLine($"{folder.File("profile.txt")}, {folder.File("trace.json")} (for ui.perfetto.dev or chrome://tracing)");
    }

    /// <summary>What earlier runs of the same spec measured: running one stage again must not lose the others' results.</summary>
    private static Summary? Earlier(string path)
    {
        try
        {
            return File.Exists(path) ? Summary.Parse(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }
}

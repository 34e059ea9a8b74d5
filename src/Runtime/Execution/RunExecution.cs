using System.Diagnostics;
using System.Globalization;
using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>
/// Opens the images of an experiment, runs its stages, and writes what was run and measured into the folder of the run. The command line
/// and <see cref="ExperimentRun"/> call it.
/// </summary>
internal static class RunExecution
{
    private const int SmokeTestImages = 256;

    /// <summary>Runs an experiment to its end.</summary>
    /// <param name="request">What is run.</param>
    /// <param name="observer">Is told how the run goes.</param>
    /// <exception cref="InputException">Something that the run needs is missing or does not fit; nothing is written then.</exception>
    /// <exception cref="RunStoppedException">The run was asked to end early, and has saved where it stands.</exception>
    public static RunOutcome Execute(RunRequest request, IRunObserver observer)
    {
        var clock = Stopwatch.StartNew();
        var (spec, plan, hash, ranks) = (request.Spec, request.Plan, SpecHash.Of(request.Spec), Ranks.Current);
        RequireStage(plan, request.Only);
        RankShares.Require(plan, ranks.Size);
        Computation.UseAllCores();
        Capabilities.Configure(request.Device, tf32: spec.Precision == Precision.Tf32);
        // Before the folder: a run that has no images, or no network to go on from, leaves nothing behind.
        var opened = OpenedData.Open(plan, request.DataFolder, observer);
        var data = request.Smoke ? opened.WithTest(SmokeTestImages, Key.FromSeed(spec.Seed).At("smoke")) : opened;
        var options = Options(request) with { DataRemark = data.Notes.Remark, GuessLoss = plan.Pretrain?.GuessLoss };
        var folder = RunFolder.At(request.Output, spec.Name, hash);
        var (code, digests) = (ProgramCode.Digest(request.Generator), StageDigests.Of(plan, data));
        var card = new NetworkCard(ImageInput.Of(plan.Data), data.ClassNames, DataDigests: new Dictionary<string, string>());
        var store = new StageStore(folder, StageHashes.Of(plan), request.Again, digests, code, card);
        RequireAlike(ranks, hash, digests, code, options);
        if (Ranks.IsFirst && request.Only is { } only && plan.Stage(only)?.StartsFrom(plan) is { } before)
        {
            store.Require(before, neededBy: only).OrThrow();
        }

        using var alone = Ranks.IsFirst ? Begin(request.Output, spec.Name, hash).OrThrow() : null;
        Announce(request, options, data, folder, observer);
        if (!Ranks.IsFirst)
        {
            var state = Stage.RunAll(request.Experiment.Stages, new(options, data, store, Log: null, observer));
            return new(spec.Name, folder.Path, Outcomes(request, state.Results, static _ => null), clock.Elapsed)
            {
                ComputedOn = Computation.Summarize(options, spec),
            };
        }

        Describe(request, folder);
        OpenedData.Describe(plan, data, folder);
        var launch = new Launch(Date(request.Time), Computation.Describe(options, spec), MadeFrom(request, code, digests));
        folder.Write(launch);
        using var log = new MetricsLog(folder.Metrics, request.TensorBoard);
        var results = Stage.RunAll(request.Experiment.Stages, new(options, data, store, log, observer)).Results;
        WriteSummary(results, folder, spec, hash, clock.Elapsed, launch with { Date = Date(request.Time) });
        return new(spec.Name, folder.Path, Outcomes(request, results, store.NetworkOf), clock.Elapsed)
        {
            ComputedOn = Computation.Summarize(options, spec),
        };
    }

    /// <summary>Checks that an experiment has the only stage that is asked for, if one is.</summary>
    /// <exception cref="InputException">It has no such stage.</exception>
    public static void RequireStage(Plan plan, string? only)
    {
        var stages = plan.Stages.Select(static stage => stage.Name).ToList();
        if (only is not null && !stages.Contains(only))
        {
            throw new InputException($"'{plan.Name}' has no stage '{only}': its stages are {string.Join(", ", stages)}.");
        }
    }

    private static Either<InputError, RunLock> Begin(string output, string name, string hash) =>
        from folder in RunFolder.Create(output, name, hash)
        from held in RunLock.Take(folder)
        select held;

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

    private static RunOptions Options(RunRequest request) =>
        new(request.Spec.Seed, request.Device, Computation.TypeOf(request.Device, request.Spec), request.Only, request.Profiler)
        {
            ShowsNumbers = !request.Smoke,
            OnlineShare = request.OnlineShare,
            Checkpoints = request.Checkpoints,
            Stop = request.Stop,
        };

    private static void Announce(RunRequest request, RunOptions options, ExperimentData data, RunFolder folder, IRunObserver observer)
    {
        var (spec, plan, ranks) = (request.Spec, request.Plan, Ranks.Current);
        observer.Note(
            $"{spec.Name}: {plan.Encoder.Title}, {Numbers.Grouped(plan.Encoder.Cost.Parameters.Weights)} weights; seed {spec.Seed}; "
                + $"{Computation.Summarize(options, spec)}; {folder.Path}"
        );
        if (ranks.Size > 1)
        {
            observer.Note($"{ranks.Size} ranks by {MpiRanks.Version}, {get_num_threads()} threads each");
        }

        if (Ranks.IsFirst && spec.Precision == Precision.Auto)
        {
            observer.Note($"precision: {Computation.Explain(options, spec)}");
        }

        foreach (var line in OpenedData.Lines(plan, data))
        {
            observer.Note(line);
        }
    }

    private static string Date(TimeProvider time) =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static MadeFrom MadeFrom(
        RunRequest request,
        string code,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> data
    ) => new(Environment.MachineName, Environment.ProcessId, request.Git?.Commit, request.Git?.Changed, code, data);

    // What was run, beside what it gave: the spec, the plan, the code.
    private static void Describe(RunRequest request, RunFolder folder)
    {
        folder.WriteText("spec.yaml", SpecWriter.Write(DecidedSpec.Of(request.Plan)));
        folder.WriteText("plan.txt", PlanTable.Format(request.Plan));
        var files = request.Generated ?? [];
        foreach (var stale in folder.GeneratedFiles().Where(name => files.All(file => file.Name != name)))
        {
            File.Delete(folder.Generated(stale));
        }

        foreach (var (name, text) in files)
        {
            AtomicFile.WriteText(folder.Generated(name), text);
        }
    }

    private static void WriteSummary(Results results, RunFolder folder, Spec spec, string hash, TimeSpan elapsed, Launch launch)
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
    }

    // What earlier runs of the same spec measured: running one stage again must not lose the others' results.
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

    private static IReadOnlyList<StageOutcome> Outcomes(RunRequest request, Results results, Func<string, string?> networkOf)
    {
        var plan = request.Plan;
        TrainedNetwork? Network(string stage) =>
            StageNames.Trains(stage) && networkOf(stage) is { } checkpoint ? new(request.Experiment, plan, stage, checkpoint) : null;
        return
        [
            .. plan
                .Stages.Select(static stage => stage.Name)
                .Where(stage => request.Only is null || request.Only == stage)
                .Select(stage => new StageOutcome(stage, results.Of(stage), Network(stage))),
        ];
    }
}

using System.Globalization;
using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>
/// Opens the images of an experiment, runs its stages, and writes what was run and measured into the folder of the run. The command line
/// and <see cref="ExperimentRun"/> call it.
/// </summary>
internal static class RunExecution
{
    /// <summary>Runs an experiment to its end.</summary>
    /// <param name="request">What is run.</param>
    /// <param name="observer">Is told how the run goes.</param>
    /// <returns>
    /// What the run has given; or what it needs that is missing or does not fit, in which case nothing is written; or what ended it.
    /// </returns>
    /// <exception cref="RunStoppedException">The run was asked to end early, and has saved where it stands.</exception>
    public static Either<InputError, RunOutcome> Execute(RunRequest request, IRunObserver observer) =>
        from run in PreparedRun.Of(request, observer)
        from outcome in Inputs.Catch(() => ToEnd(run, observer))
        select outcome;

    /// <summary>Runs the stages of a run that is prepared, and disposes it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="observer">Is told how the run goes.</param>
    /// <exception cref="InputException">
    /// A network or an image that a stage needs is of no use, or the folder cannot be written.
    /// </exception>
    /// <exception cref="DivergedException">Training diverged.</exception>
    /// <exception cref="RunStoppedException">The run was asked to end early, and has saved where it stands.</exception>
    public static RunOutcome ToEnd(PreparedRun run, IRunObserver observer)
    {
        using var prepared = run;
        Announce(run, observer);
        return Ranks.IsFirst
            ? Outcome(run, RunAndWrite(run, observer), run.Store.NetworkOf)
            : Outcome(run, RunStages(run, log: null, observer), networkOf: static _ => null);
    }

    private static Results RunStages(PreparedRun run, MetricsLog? log, IRunObserver observer) =>
        Stage.RunAll(run.Request.Experiment.Stages, new(run.Options, run.Data, run.Store, log, observer)).Results;

    // The first rank alone writes what is run and what it gives.
    private static Results RunAndWrite(PreparedRun run, IRunObserver observer)
    {
        var (request, folder) = (run.Request, run.Request.Folder);
        WriteSources(request, folder);
        OpenedData.WriteLists(request.Plan, run.Data, folder);
        var launch = new Launch(Date(request.Time), Computation.Describe(run.Options, request.Spec), run.MadeFrom);
        folder.Write(launch);
        using var log = new MetricsLog(folder.Metrics, request.TensorBoard);
        var results = RunStages(run, log, observer);
        WriteSummary(results, request, run.Clock.Elapsed, launch with { Date = Date(request.Time) });
        return results;
    }

    private static RunOutcome Outcome(PreparedRun run, Results results, Func<string, string?> networkOf) =>
        new(run.Request.Spec.Name, run.Request.Folder.Path, Outcomes(run.Request, results, networkOf), run.Clock.Elapsed)
        {
            ComputedOn = Computation.Summarize(run.Options, run.Request.Spec),
        };

    private static void Announce(PreparedRun run, IRunObserver observer)
    {
        var (spec, plan, ranks) = (run.Request.Spec, run.Request.Plan, Ranks.Current);
        observer.Note(
            $"{spec.Name}: {plan.Encoder.Title}, {Numbers.Grouped(plan.Encoder.Cost.Parameters.Weights)} weights; seed {spec.Seed}; "
                + $"{Computation.Summarize(run.Options, spec)}; {run.Request.Folder.Path}"
        );
        if (ranks.Size > 1)
        {
            observer.Note($"{ranks.Size} ranks by {MpiRanks.Version}, {get_num_threads()} threads each");
        }

        if (Ranks.IsFirst && spec.Precision == Precision.Auto)
        {
            observer.Note($"precision: {Computation.Explain(run.Options, spec)}");
        }

        foreach (var line in OpenedData.Warnings(plan, run.Data).OrThrow())
        {
            observer.Note(line);
        }
    }

    private static string Date(TimeProvider time) =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What the results were made from: the spec, the plan, the code.
    private static void WriteSources(RunRequest request, RunFolder folder)
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

    private static void WriteSummary(Results results, RunRequest request, TimeSpan elapsed, Launch launch)
    {
        var path = request.Folder.Summary;
        var earlier = Earlier(path);
        var summary = new Summary(
            request.Spec.Name,
            request.Hash,
            request.Spec.Seed,
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
        AtomicFile.WriteText(path, summary.ToJson());
    }

    // What earlier runs of the same spec measured: running one stage again must not lose the others' results.
    private static Summary? Earlier(string path) =>
        File.Exists(path) ? Summary.Parse(Inputs.Reading(path, () => File.ReadAllText(path)).OrThrow()) : null;

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

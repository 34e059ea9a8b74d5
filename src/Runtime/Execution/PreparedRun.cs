using System.Diagnostics;
using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.Runtime.Execution;

/// <summary>
/// A run before its first stage: all that it needs is there and fits together. On the first rank it keeps other processes out of the
/// folder of the run, until it is disposed.
/// </summary>
/// <param name="Request">What is run.</param>
/// <param name="Options">What stages are told of it.</param>
/// <param name="Data">The images.</param>
/// <param name="MadeFrom">The program and the data, by their digests.</param>
/// <param name="Store">Finds and keeps networks and results of stages.</param>
/// <param name="Clock">Has been running since the preparation began.</param>
internal sealed record PreparedRun(
    RunRequest Request,
    RunOptions Options,
    ExperimentData Data,
    MadeFrom MadeFrom,
    StageStore Store,
    Stopwatch Clock
) : IDisposable
{
    private const int SmokeTestImages = 256;

    private RunLock? FolderLock { get; init; }

    /// <summary>
    /// Prepares a run. Nothing is written before all is found to be in order: a run that has no images, or no network to go on from, leaves
    /// nothing behind.
    /// </summary>
    /// <param name="request">What is run.</param>
    /// <param name="observer">Is told how far the images are checked.</param>
    /// <returns>The run, to be disposed; or what it needs that is missing or does not fit.</returns>
    public static Either<InputError, PreparedRun> Of(RunRequest request, IRunObserver observer)
    {
        var clock = Stopwatch.StartNew();
        return from plan in RunPlan.Of(request.Spec, request.Only)
            from data in Images(request, plan, observer)
            from digests in StageDigests.Of(plan, data)
            let run = Prepared(request, plan, data, digests, clock)
            from same in run.SameOnAllRanks()
            from ready in Ranks.IsFirst ? same.InItsFolder(plan) : same
            select ready;
    }

    /// <summary>Lets other processes use the folder.</summary>
    public void Dispose() => FolderLock?.Dispose();

    private static Either<InputError, ExperimentData> Images(RunRequest request, Plan plan, IRunObserver observer)
    {
        Computation.Prepare(request.Device, request.Spec);
        var opened = OpenedData.Open(plan, request.DataFolder, observer);
        return request.Smoke ? opened.Map(data => data.WithTest(SmokeTestImages, Key.FromSeed(request.Spec.Seed).At("smoke"))) : opened;
    }

    private static PreparedRun Prepared(
        RunRequest request,
        Plan plan,
        ExperimentData data,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> digests,
        Stopwatch clock
    )
    {
        var code = ProgramCode.Digest(request.Generator);
        var card = NetworkCard.Of(plan.Data, data.ClassNames);
        var compute = Computation.TypeOf(request.Device, request.Spec);
        return new(
            request,
            new(request.Spec.Seed, request.Device, compute, request.Only, request.Profiler)
            {
                ShowsNumbers = !request.Smoke,
                OnlineShare = request.OnlineShare,
                Checkpoints = request.Checkpoints,
                Stop = request.Stop,
                DataRemark = data.Notes.Remark,
                GuessLoss = plan.Pretrain?.GuessLoss,
            },
            data,
            new(Environment.MachineName, Environment.ProcessId, request.Git?.Commit, request.Git?.Changed, code, digests),
            new(request.Folder, StageHashes.Of(plan), request.Again, digests, code, card),
            clock
        );
    }

    // Ranks that started with other images or another program would compute nonsense, and nobody would notice.
    private Either<InputError, PreparedRun> SameOnAllRanks()
    {
        var digests = MadeFrom.Data.SelectMany(static stage => stage.Value).Select(static digest => digest.Value);
        (string What, string Own)[] all =
        [
            ("spec", Request.Hash),
            ("images", string.Join(' ', digests)),
            ("program", MadeFrom.Code),
            ("precision", Options.Compute.ToString()),
        ];
        foreach (var (what, own) in all)
        {
            if (Ranks.Current.Agree(() => own, $"the {what}") != own)
            {
                return new InputError($"its {what} and that of rank 0 differ: start every rank from the same files.");
            }
        }

        return this;
    }

    // Makes the folder, and keeps other processes out of it.
    private Either<InputError, PreparedRun> InItsFolder(Plan plan) =>
        from started in WithStart(plan)
        from folder in RunFolder.Create(Request.Output, Request.Spec.Name, Request.Hash)
        from held in RunLock.Take(folder)
        select started with
        {
            FolderLock = held,
        };

    // A stage that is asked for alone starts from the network of an earlier one.
    private Either<InputError, PreparedRun> WithStart(Plan plan) =>
        Request.Only is { } only && plan.Stage(only)?.StartsFrom(plan) is { } before
            ? Store.Require(before, neededBy: only).Map(_ => this)
            : this;
}

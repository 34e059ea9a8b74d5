using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>What a run is given from outside.</summary>
/// <param name="Seed">Seed of every random number.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Compute">Type the network computes in.</param>
/// <param name="Only">The one stage to run, or null for all.</param>
/// <param name="Profiler">Measures where the time of training goes, or null.</param>
/// <param name="Watch">Looks on while stages train, or null.</param>
public sealed record SessionOptions(
    long Seed,
    Device Device,
    ScalarType Compute,
    string? Only,
    Profiler? Profiler = null,
    ITrainingWatch? Watch = null
)
{
    /// <summary>What belongs beside every result: images that were left out. Null where none was.</summary>
    public string? DataRemark { get; init; }

    /// <summary>
    /// Whether losses and accuracies are shown on the way. A run of a few steps has none worth showing: running statistics have not settled,
    /// so that a sound experiment shows losses of hundreds and accuracies of chance.
    /// </summary>
    public bool ShowsNumbers { get; init; } = true;
}

/// <summary>
/// One run of an experiment: the edge between the generated pipeline and the world. Stages train, measure, save and report; a stage that is
/// not asked for, or that is finished already, gives its network from its checkpoint, if a later one needs it.
/// </summary>
public sealed partial class Session(SessionOptions options, StageStore store, MetricsLog log, Progress progress)
{
    private readonly Key key = Key.FromSeed(options.Seed);

    /// <summary>What has been measured.</summary>
    public Results Results { get; } = new();

    private bool Runs(string stage) => options.Only is null || options.Only == stage;

    private Network<TParams, TState> Fresh<TParams, TState>(string stage, Func<Key, TParams> init, Func<TParams, TState> start)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var parameters = init(key.At(stage).At("init"));
        return new Network<TParams, TState>(parameters, start(parameters)).To(options.Device);
    }

    /// <summary>A training state that starts from a network of its own, of which nothing else remains.</summary>
    private static TrainState<TParams, TState> Begin<TParams, TState>(Func<Network<TParams, TState>> fresh)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        return fresh().Begin();
    }

    /// <summary>The network of a stage: trained now where the stage runs, else read from its checkpoint when it is first needed.</summary>
    private Handoff<Network<TParams, TState>> Train<TParams, TState>(
        string stage,
        Func<Network<TParams, TState>> train,
        Func<Network<TParams, TState>> template
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        if (!Runs(stage))
        {
            return new(() => Load(stage, store.Require(stage, neededBy: options.Only!), template()));
        }

        if (Reused(stage) is { } finished)
        {
            return new(() => Load(stage, finished.Run.Checkpoint(stage), template()));
        }

        var network = train();
        store.Begin(stage);
        Checkpoint.Save(store.Checkpoint(stage), network, store.Metadata(stage));
        Finish(stage);
        return new(() => network);
    }

    /// <summary>Runs a stage that measures and leaves no network.</summary>
    private void Measure(string stage, Action measure)
    {
        if (Runs(stage) && Reused(stage) is null)
        {
            measure();
            Finish(stage);
        }
    }

    // A stage that is asked for by name runs, finished or not.
    private FoundStage? Reused(string stage)
    {
        if (options.Only is not null || store.Finished(stage) is not { } finished)
        {
            if (options.Only is null && store.Outdated(stage) is { } why)
            {
                progress.Note($"{stage}: runs again: {why}");
            }

            log.Begin(stage);
            return null;
        }

        foreach (var row in finished.Stage.Results)
        {
            Results.Add(stage, row);
        }

        Results.Pretrain ??= finished.Stage.Pretrain;
        progress.Note($"{stage}: finished before, {finished.Run.Path}");
        return finished;
    }

    private void Finish(string stage) => store.Finish(stage, Results.Of(stage), stage == StageNames.Pretrain ? Results.Pretrain : null);

    private Network<TParams, TState> Load<TParams, TState>(string stage, string path, Network<TParams, TState> template)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var network = Checkpoint.Load(path, template, store.Metadata(stage));
        return Soundness.Fault(network.Leaves()) is { } fault
            ? throw new InputException(
                $"{path}: {fault.Path} holds {fault.Value}, so this network is of no use: train '{stage}' again, with --again."
            )
            : network;
    }

    /// <summary>Folds a stage's steps from <paramref name="start"/>.</summary>
    private (Network<TParams, TState> Network, IReadOnlyList<MetricsPoint> Curve) Fold<TParams, TState, TBatch>(
        StageInfo info,
        TrainState<TParams, TState> start,
        Step<TParams, TState, TBatch> step,
        Func<int, TBatch> batches
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var ahead = Ahead(info, step, batches);
        var curve = new List<MetricsPoint>();
        options.Watch?.Begin(Network.Of(start));
        var state = TrainingLoop.Fold(
            start,
            step,
            ahead is null ? batches : ahead.Of,
            info.TotalSteps,
            StepKey(info.Stage),
            info,
            point => curve.Add(Observe(info, point)),
            options.Profiler,
            options.Watch
        );
        progress.Clear();
        Soundness.Require(info, state);
        Soundness.Require(info, curve[^1]);
        return (Network.Of(state), curve);
    }

    /// <summary>Batches made ahead, where a step has something to make of them; else null.</summary>
    private Ahead<TBatch>? Ahead<TParams, TState, TBatch>(StageInfo info, Step<TParams, TState, TBatch> step, Func<int, TBatch> batches)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        step.Prepare is { } prepare
            ? new(
                number =>
                {
                    var batch = batches(number);
                    prepare(batch, StepKey(info.Stage).At(number));
                    return batch;
                },
                info.TotalSteps
            )
            : null;

    /// <summary>What is random at the start of pretraining besides its weights: the memory's queue and the online classifier.</summary>
    public Key CarriedKey => key.At(StageNames.Pretrain).At("memory");

    private Key StepKey(string stage) => key.At(stage).At("steps");

    private Key OrderKey(string stage) => key.At(stage).At("order");

    private Func<int, UnlabelledBatch> UnlabelledBatches(string stage, ImageSet images, int batch) =>
        Loaders.Unlabelled(images, batch, OrderKey(stage), options.Device, options.Compute);

    private Func<int, LabelledBatch> LabelledBatches(string stage, ImageSet images, int batch) =>
        Loaders.Labelled(images, batch, OrderKey(stage), options.Device, options.Compute);

    private MetricsPoint Observe(StageInfo info, MetricsPoint point)
    {
        log.Append(point);
        var left = (double)(info.TotalSteps - point.Step) * info.Batch / point.ImagesPerSecond;
        progress.Report(
            new(
                info.Stage,
                point.Step,
                info.TotalSteps,
                Epoch: Math.Min(info.Epochs, (int)point.Epoch + 1),
                info.Epochs,
                options.ShowsNumbers ? point.Loss : null,
                point.ImagesPerSecond,
                TimeSpan.FromSeconds(left)
            )
        );
        return point;
    }

    /// <summary>Writes a result down, with how it was measured and what is to be known about the images.</summary>
    private void Record(string stage, string title, Accuracy accuracy, string protocol, ExperimentData data)
    {
        string[] parts = [protocol, .. options.DataRemark is { } remark ? [remark] : Array.Empty<string>(), .. data.Remarks];
        Results.Add(stage, new(title, accuracy.Top1, string.Join("; ", parts), accuracy.Top5));
        progress.Note(options.ShowsNumbers ? $"{title}: top-1 {ResultTable.Percent(accuracy.Top1)}" : $"{title}: measured");
    }
}

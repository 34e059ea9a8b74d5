using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>What a person chooses for a run besides its spec.</summary>
/// <param name="Seed">Seed of every random number.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Compute">Type the network computes in.</param>
/// <param name="Only">The one stage to run, or null for all.</param>
/// <param name="Profiler">Measures where the time of training goes, or null.</param>
/// <param name="Watch">Looks on while stages train, or null.</param>
public sealed record RunOptions(
    long Seed,
    Device Device,
    ScalarType Compute,
    string? Only,
    Profiler? Profiler = null,
    ITrainingWatch? Watch = null
)
{
    /// <summary>A note about images that were left out, appended to every result's protocol. Null if none was.</summary>
    public string? DataRemark { get; init; }

    /// <summary>
    /// Whether losses and accuracies are shown on the way. A run of a few steps has none worth showing: running statistics have not
    /// settled, so that a sound experiment shows losses of hundreds and accuracies of chance.
    /// </summary>
    public bool ShowsNumbers { get; init; } = true;

    /// <summary>
    /// What measuring a network between epochs of its pretraining may compute, of what training does; at 0 it is not measured.
    /// </summary>
    public double OnlineShare { get; init; }

    /// <summary>Loss of a pretraining whose network gives the same for all images; null if it is not known.</summary>
    public double? GuessLoss { get; init; }

    /// <summary>When stages that train make checkpoints, from which an interrupted run goes on; null where they make none.</summary>
    public CheckpointPolicy? Checkpoints { get; init; }

    /// <summary>Asks the run to end early; null where nobody can.</summary>
    public StopRequest? Stop { get; init; }

    /// <summary>Tells the time between checkpoints.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The random key of a stage, which draws for this rank's share of every batch.</summary>
    internal Key KeyOf(string stage) => Key.FromSeed(Seed).At(stage) with { Share = Ranks.Current.Share() };
}

/// <summary>
/// The world of a run, which stages are given: its images, its folder, its log and its screen. Stages write to the screen, the log and the
/// run folder through it.
/// </summary>
/// <param name="Options">What a person chose.</param>
/// <param name="Data">The experiment's images.</param>
/// <param name="Store">Finds and keeps networks and results of stages.</param>
/// <param name="Log">Keeps the curves; null on ranks other than the first, which have the same ones.</param>
/// <param name="Progress">Is told how the run goes.</param>
public sealed record StageContext(RunOptions Options, ExperimentData Data, StageStore Store, MetricsLog? Log, IRunObserver Progress)
{
    /// <summary>The random key of a stage.</summary>
    internal Key KeyOf(string stage) => Options.KeyOf(stage);

    /// <summary>Its keys of steps: every step has its own.</summary>
    internal Key StepKey(string stage) => KeyOf(stage).At("steps");

    /// <summary>Its key of the order of images.</summary>
    internal Key OrderKey(string stage) => KeyOf(stage).At("order");

    internal Func<int, UnlabelledBatch> UnlabelledBatches(string stage, ImageSet images, int batch) =>
        Loaders.Unlabelled(images, batch, OrderKey(stage), Options.Device, Options.Compute);

    internal Func<int, LabelledBatch> LabelledBatches(string stage, ImageSet images, int batch) =>
        Loaders.Labelled(images, batch, OrderKey(stage), Options.Device, Options.Compute);

    /// <summary>Labelled images that lie beside the unlabelled ones of a step, in an order of their own.</summary>
    internal Func<int, LabelledBatch> LabelledBatchesBeside(string stage, int batch) =>
        Loaders.Labelled(Data.Labelled, batch, OrderKey(stage).At("labelled"), Options.Device, Options.Compute);

    /// <summary>Whether a stage is asked for.</summary>
    internal bool Runs(string stage) => Options.Only is null || Options.Only == stage;

    /// <summary>
    /// The same stage as an earlier run has finished it; null if the stage must run. A stage named by <c>--only</c> always runs. Prints
    /// whether the stage is reused, and if it was finished before but is not reused, why. If it must run, its curves begin anew.
    /// </summary>
    internal FoundStage? ReuseOrBegin(string stage)
    {
        if (Options.Only is null && Agreed(stage, Store.Finished) is { } finished)
        {
            Progress.Note($"{stage}: finished before, {finished.Run.Path}");
            return finished;
        }

        if (Options.Only is null && Ranks.IsFirst && Store.Outdated(stage) is { } why)
        {
            Progress.Note($"{stage}: runs again: {why}");
        }

        Log?.Begin(stage);
        return null;
    }

    // The first rank alone sees the folder of runs. It decides for all what is finished.
    private static FoundStage? Agreed(string stage, Func<string, FoundStage?> find)
    {
        FoundStage? found = null;
        var path = Ranks.Current.Agree(() => (found = find(stage))?.Run.Path, $"whether {stage} is finished");
        return path is null ? null : found ?? new(new(stage, Hash: "", Results: [], Pretrain: null), RunFolder.Of(path));
    }

    /// <summary>Keeps and shows a point of a stage's curves.</summary>
    internal void Observe(StageInfo info, CurvePoint measured, OnlinePoint? online = null)
    {
        Log?.Append(measured);
        var (point, imagesPerSecond) = (measured.Metrics, measured.Speed.ImagesPerSecond);
        var left = (double)(info.TotalSteps - point.Step) * info.Batch / imagesPerSecond;
        Progress.Report(
            new(
                info.Stage,
                point.Step,
                info.TotalSteps,
                Epoch: Math.Min(info.Epochs, (int)point.Epoch + 1),
                info.Epochs,
                Options.ShowsNumbers ? point.Loss : null,
                imagesPerSecond,
                TimeSpan.FromSeconds(left)
            )
            {
                Knn = online?.Knn,
                Linear = online?.Linear,
            }
        );
    }

    /// <summary>
    /// Makes a row of the results table: how it was measured, with the notes about the images. Prints its accuracy, and if that is what
    /// guessing gives, a warning.
    /// </summary>
    internal ResultRow Result(string title, Evaluate.Accuracy accuracy, string protocol, ExperimentData data)
    {
        string[] parts = [protocol, .. Options.DataRemark is { } remark ? [remark] : Array.Empty<string>(), .. data.Remarks];
        Progress.Note(Options.ShowsNumbers ? $"{title}: top-1 {ResultTable.Percent(accuracy.Top1)}" : $"{title}: measured");
        if (Options.ShowsNumbers && accuracy.IsGuess(data.Test.Count, data.Classes))
        {
            Progress.Note($"{title}: warning: that is no better than a guess among {data.Classes} classes.");
        }

        return new(title, accuracy.Top1, string.Join("; ", parts), accuracy.Top5);
    }
}

using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>A generated step with the network it trains and batches for it.</summary>
internal sealed record Trial<TParams, TState, TBatch>(
    Func<Key, Network<TParams, TState>> Network,
    Step<TParams, TState, TBatch> Step,
    Func<int, TBatch> Batches
)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    /// <summary>A state before the first step.</summary>
    internal TrainState<TParams, TState> Start(long seed = 1)
    {
        var (parameters, statistics) = Network(Key.FromSeed(seed));
        return TrainState<TParams, TState>.Start(parameters, statistics);
    }

    /// <summary>Folds the step on until the state has taken <paramref name="until"/> steps.</summary>
    internal TrainState<TParams, TState> Fold(TrainState<TParams, TState> state, int until, long seed = 1) =>
        Fold(state, until, static _ => { }, seed);

    /// <summary>The same, and shows the points of the curves.</summary>
    internal TrainState<TParams, TState> Fold(TrainState<TParams, TState> state, int until, Action<CurvePoint> observe, long seed = 1) =>
        TrainingLoop.Fold(state, Step, Batches, until, Key.FromSeed(seed), new(new("trial", Images: 32, Batch: 8, until), observe));
}

/// <summary>Synthetic images for trials: this rank's share of every batch.</summary>
internal static class Synthetic
{
    private static Key Order => Key.FromSeed(2) with { Share = Ranks.Current.Share() };

    internal static ExperimentData Data(int side, int images) =>
        Datasets
            .Open(
                new(DataSource.Synthetic, Path: null, side, Channels: 3, Classes: 4, images, TestImages: 32, images, images),
                Key.FromSeed(9)
            )
            .Value();

    internal static Func<int, UnlabelledBatch> Unlabelled(int side, int batch) =>
        Loaders.Unlabelled(Data(side, 2 * batch).Unlabelled, batch, Order, CPU, ScalarType.Float32);

    internal static Func<int, LabelledBatch> Labelled(int side, int batch) =>
        Loaders.Labelled(Data(side, 2 * batch).Labelled, batch, Order, CPU, ScalarType.Float32);
}

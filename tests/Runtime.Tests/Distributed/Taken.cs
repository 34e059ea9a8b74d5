using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>What steps of a trial left on one rank.</summary>
/// <param name="Loss">The last loss of the rank's share of the batch.</param>
/// <param name="Weights">The parameters.</param>
/// <param name="Others">Velocities, which after one step of SGD are the gradients, and all else that is carried on.</param>
internal sealed record Taken(double Loss, IReadOnlyList<Leaf> Weights, IReadOnlyList<Leaf> Others)
{
    // With this seed no ReLU of any trial is so near to its kink that the rounding of float32 takes it to the other side.
    private const long Seed = 2;

    internal static Taken Of<TParams, TState, TBatch>(Trial<TParams, TState, TBatch> trial, int steps, ScalarType type)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TBatch : class
    {
        using var scope = NewDisposeScope();
        var fresh = trial.Network(Key.FromSeed(Seed)).Map(leaf => leaf.to(type));
        var state = TrainState<TParams, TState>.Start(fresh.Params, fresh.State);
        var key = Key.FromSeed(Seed) with { Share = Ranks.Current.Share() };
        var loss = double.NaN;
        for (var step = 0; step < steps; step++)
        {
            (state, var metrics) = trial.Step.Take(state, In(type, trial.Batches(step)), key.At(step));
            loss = metrics.Loss.to(float64).item<double>();
        }

        scope.MoveToOuter(state.AllLeaves().Select(static leaf => leaf.Value));
        return new(loss, state.Params.Leaves(), [.. state.Momentum.Leaves(), .. state.Statistics.Leaves()]);
    }

    private IEnumerable<Leaf> Leaves => Weights.Concat(Others);

    /// <summary>
    /// Asserts that the difference of every leaf has at most the tolerance times the Euclidean norm of this one's. Where rounding alone
    /// puts this leaf further from the exact one, twice that distance is allowed: both have been rounded.
    /// </summary>
    internal void RequireClose(Taken other, double tolerance, Taken? exact = null)
    {
        Assert.Equal(Leaves.Select(static leaf => leaf.Path), other.Leaves.Select(static leaf => leaf.Path));
        var off = Leaves
            .Zip(other.Leaves, (exact ?? this).Leaves)
            .Select(leaf =>
                (
                    leaf.First.Path,
                    Off: Off(leaf.First.Value, leaf.Second.Value),
                    Allowed: Math.Max(tolerance, 2 * Off(leaf.Third.Value, leaf.First.Value))
                )
            )
            .Where(static leaf => !(leaf.Off <= leaf.Allowed))
            .Select(static leaf => $"{leaf.Path} by {leaf.Off:0.0E+0}")
            .ToList();
        Assert.True(off.Count == 0, $"beyond {tolerance}: {string.Join(", ", off)}");
    }

    /// <summary>The largest difference of a weight.</summary>
    internal double LargestDifference(Taken other) =>
        Weights.Zip(other.Weights, static (own, others) => (double)(own.Value - others.Value).abs().max().item<float>()).Max();

    /// <summary>Asserts that every leaf is the same to the bit.</summary>
    internal void RequireSame(Taken other) =>
        Assert.All(
            Leaves.Zip(other.Leaves),
            static pair => Assert.True(Values.Same(pair.Item1.Value, pair.Item2.Value), $"{pair.Item1.Path} differs between ranks")
        );

    private static double Off(Tensor expected, Tensor actual) =>
        expected.numel() == 0 ? 0 : ((actual - expected).to(float64).norm() / expected.to(float64).norm().clamp_min(1e-30)).item<double>();

    private static TBatch In<TBatch>(ScalarType type, TBatch batch)
        where TBatch : class =>
        (TBatch)
            (object)(
                batch switch
                {
                    UnlabelledBatch images => images with { Compute = type },
                    LabelledBatch images => images with { Compute = type },
                    MixedBatch(var unlabelled, var labelled) => new MixedBatch(
                        unlabelled with
                        {
                            Compute = type,
                        },
                        labelled with
                        {
                            Compute = type,
                        }
                    ),
                    _ => throw new ArgumentException($"A batch of type {typeof(TBatch).Name} has no type to compute in.", nameof(batch)),
                }
            );
}

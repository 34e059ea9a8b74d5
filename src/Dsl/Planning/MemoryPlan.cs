using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The memory of pretraining (§2, §3.1) with every setting decided.</summary>
/// <param name="Queue">Number of keys from earlier batches that are kept.</param>
/// <param name="Decay">Decay of the moving average of the weights, from 0 to 1.</param>
/// <param name="Queries">The views that are queries.</param>
/// <param name="InBatch">The network whose features of the same batch a query is compared with.</param>
/// <param name="Keep">The views whose keys enter the queue.</param>
/// <param name="Statistics">How the memory network's batch-norm statistics are updated.</param>
public sealed record MemoryPlan(
    int Queue,
    double Decay,
    MemoryQueries Queries,
    MemoryInBatch InBatch,
    MemoryKeep Keep,
    MemoryStatistics Statistics
)
{
    /// <summary>Number of keys that a step with a batch of so many images adds to the queue.</summary>
    public int KeysAStep(int batch) => Keep == MemoryKeep.Both ? 2 * batch : batch;

    /// <summary>The memory that a spec asks for; null for none.</summary>
    internal static MemoryPlan? Of(MemorySpec spec, DataSource source) =>
        IsUsed(spec.Use, source)
            ? new(
                Queue: spec.Queue,
                Decay: spec.Decay,
                Queries: spec.Queries,
                InBatch: spec.InBatch,
                Keep: spec.Keep ?? (spec.Queries == MemoryQueries.Both ? MemoryKeep.Both : MemoryKeep.Second),
                Statistics: spec.Statistics
            )
            : null;

    /// <summary>Whether there is a memory. If the spec leaves it open, only on ImageNet, as in the paper (§3.1).</summary>
    internal static bool IsUsed(MemoryUse use, DataSource source) =>
        use == MemoryUse.Always || (use == MemoryUse.Auto && source == DataSource.Imagenet);
}

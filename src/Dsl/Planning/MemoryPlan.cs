using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The memory of pretraining, decided.</summary>
/// <param name="Queue">Keys kept from earlier batches.</param>
/// <param name="Decay">Of the moving average.</param>
/// <param name="Queries">Which views are queries.</param>
/// <param name="InBatch">Whose features of the same batch a query is compared with.</param>
/// <param name="Keep">Which views' keys enter the queue.</param>
/// <param name="Statistics">The memory network's batch-norm statistics.</param>
public sealed record MemoryPlan(
    int Queue,
    double Decay,
    MemoryQueries Queries,
    MemoryInBatch InBatch,
    MemoryKeep Keep,
    MemoryStatistics Statistics
)
{
    /// <summary>Keys that one step adds.</summary>
    public int KeysAStep(int batch) => Keep == MemoryKeep.Both ? 2 * batch : batch;

    /// <summary>The memory that a spec means, or null for none.</summary>
    internal static MemoryPlan? Of(MemorySpec spec, DataSource source) =>
        IsUsed(spec.Use, source)
            ? new(
                spec.Queue,
                spec.Decay,
                spec.Queries,
                spec.InBatch,
                spec.Keep ?? (spec.Queries == MemoryQueries.Both ? MemoryKeep.Both : MemoryKeep.Second),
                spec.Statistics
            )
            : null;

    /// <summary>Whether there is a memory: the paper has one on ImageNet (§3.1).</summary>
    internal static bool IsUsed(MemoryUse use, DataSource source) =>
        use == MemoryUse.Always || (use == MemoryUse.Auto && source == DataSource.Imagenet);
}

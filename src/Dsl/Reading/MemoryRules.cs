using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about the memory of pretraining: whether its settings are used, and whether they fit together.</summary>
internal static class MemoryRules
{
    private const string Path = "pretrain.memory";

    public static IEnumerable<Violation> Check(PretrainSpec pretrain, DataSource source) =>
        MemoryPlan.Of(pretrain.Memory, source) is { } plan ? Choices(pretrain.Memory, plan).Concat(Queue(plan, pretrain.Batch))
        // There are settings of a memory, but no memory that would use them.
        : pretrain.Memory.Use == MemoryUse.Auto && pretrain.Memory != new MemorySpec() ? [SpecErrors.UnusedMemory.Broken(Path)]
        : [];

    // With queries of first views only, the trained network has no features of second views, and the memory network no keys of first views.
    private static IEnumerable<Violation> Choices(MemorySpec spec, MemoryPlan plan)
    {
        if (plan is { Queries: MemoryQueries.First, InBatch: MemoryInBatch.Online })
        {
            yield return SpecErrors.OneWayMemory.Broken($"{Path}.in_batch", "online", "ema");
        }

        if (plan.Queries == MemoryQueries.First && spec.Keep == MemoryKeep.Both)
        {
            yield return SpecErrors.OneWayMemory.Broken($"{Path}.keep", "both", "second");
        }
    }

    private static IEnumerable<Violation> Queue(MemoryPlan plan, int batch)
    {
        var keys = plan.KeysAStep(batch);
        return plan.Queue % keys == 0
            ? []
            : [SpecErrors.QueueSize.Broken($"{Path}.queue", plan.Queue, keys, Math.Max(1, plan.Queue / keys) * keys)];
    }
}

using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about the memory of pretraining: whether it is used, and whether queue and choices fit together.</summary>
internal static class MemoryRules
{
    private const string Path = "pretrain.memory";

    public static IEnumerable<Violation> Check(PretrainSpec pretrain, DataSource source) =>
        MemoryPlan.Of(pretrain.Memory, source) is { } plan ? Choices(pretrain.Memory, plan).Concat(Queue(plan, pretrain.Batch))
        // Settings that nothing would read.
        : pretrain.Memory.Use == MemoryUse.Auto && pretrain.Memory != new MemorySpec() ? [SpecErrors.UnusedMemory.Broken(Path)]
        : [];

    // The trained network sees first views only, so it has no features of second ones to compare with, nor the memory keys of first ones.
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

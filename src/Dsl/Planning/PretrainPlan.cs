using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Contrastive pretraining, decided.</summary>
/// <param name="Microbatch">Images that go through the network at a time, or null for all of a step.</param>
/// <param name="OnlineLayer">Head layer of the online linear classifier, or null for none.</param>
/// <param name="Memory">The memory, or null for none.</param>
public sealed record PretrainPlan(
    HeadPlan Head,
    int Epochs,
    int Batch,
    int? Microbatch,
    double Temperature,
    LossScale LossScale,
    MemoryPlan? Memory,
    int? OnlineLayer,
    Sequence<AugmentOp> View,
    OptimizerPlan Optimizer,
    RatePlan Rate
)
{
    /// <summary>Views of an image that go through the trained network.</summary>
    public int Views => Memory is { Queries: MemoryQueries.First } ? 1 : 2;
}

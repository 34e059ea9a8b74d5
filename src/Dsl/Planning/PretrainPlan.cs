namespace SimClrDsl.Planning;

/// <summary>Contrastive pretraining, decided.</summary>
/// <param name="OnlineLayer">Head layer of the online linear classifier, or null for none.</param>
/// <param name="Memory">The memory, or null for none.</param>
public sealed record PretrainPlan(
    HeadPlan Head,
    int Epochs,
    int Batch,
    double Temperature,
    LossScale LossScale,
    MemoryPlan? Memory,
    int? OnlineLayer,
    Sequence<AugmentOp> View,
    OptimizerPlan Optimizer,
    RatePlan Rate
);

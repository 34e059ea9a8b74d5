namespace SimClrDsl.Planning;

/// <summary>Contrastive pretraining, decided.</summary>
/// <param name="Memory">The memory, or null for none.</param>
public sealed record PretrainPlan(
    HeadPlan Head,
    int Epochs,
    int Batch,
    double Temperature,
    LossScale LossScale,
    MemoryPlan? Memory,
    Sequence<AugmentOp> View,
    OptimizerPlan Optimizer,
    RatePlan Rate
);

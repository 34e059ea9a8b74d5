namespace SimClrDsl.Planning;

/// <summary>Contrastive pretraining, decided.</summary>
public sealed record PretrainPlan(
    HeadPlan Head,
    int Epochs,
    int Batch,
    double Temperature,
    Sequence<AugmentOp> View,
    OptimizerPlan Optimizer,
    RatePlan Rate
);

namespace SimClrDsl.Planning;

/// <summary>Distillation, decided.</summary>
/// <param name="LabelBatch">Labelled images a step for Eq. 3's label term; 0 where alpha is 1.</param>
public sealed record DistillPlan(
    EncoderPlan Student,
    double Temperature,
    double Alpha,
    int Epochs,
    int Batch,
    int LabelBatch,
    AugmentOp.Crop Augment,
    OptimizerPlan Optimizer,
    RatePlan Rate
);

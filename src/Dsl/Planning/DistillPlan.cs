namespace SimClrDsl.Planning;

/// <summary>Distillation or self-distillation, decided.</summary>
/// <param name="TemperatureSquared">Whether the distillation loss is multiplied by the temperature's square.</param>
/// <param name="LabelBatch">Labelled images a step for Eq. 3's label term; 0 where alpha is 1.</param>
public sealed record DistillPlan(
    EncoderPlan Student,
    double Temperature,
    bool TemperatureSquared,
    double Alpha,
    int Epochs,
    int Batch,
    int LabelBatch,
    AugmentOp.Crop Augment,
    OptimizerPlan Optimizer,
    RatePlan Rate
);

namespace SimClrDsl.Planning;

/// <summary>Fine-tuning, decided.</summary>
/// <param name="FromHeadLayer">Head layer the classifier sits on; 0 is the encoder's output.</param>
public sealed record FinetunePlan(int FromHeadLayer, int Epochs, int Batch, AugmentOp.Crop Augment, OptimizerPlan Optimizer, RatePlan Rate);

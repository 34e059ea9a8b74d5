using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Distillation or self-distillation, decided.</summary>
/// <param name="TemperatureSquared">Whether the distillation loss is multiplied by the temperature's square.</param>
/// <param name="Images">What the student learns from.</param>
/// <param name="Microbatch">Images that go through the network at a time, or null for all of a step.</param>
/// <param name="LabelBatch">Labelled images a step for Eq. 3's label term; 0 where alpha is 1 or only labelled images are used.</param>
public sealed record DistillPlan(
    EncoderPlan Student,
    DistillImages Images,
    double Temperature,
    bool TemperatureSquared,
    double Alpha,
    int Epochs,
    int Batch,
    int? Microbatch,
    int LabelBatch,
    Sequence<AugmentOp> Augment,
    OptimizerPlan Optimizer,
    RatePlan Rate
)
{
    /// <summary>Whether every step learns from the labels too (Eq. 3).</summary>
    public bool UsesLabels => Alpha < 1;
}

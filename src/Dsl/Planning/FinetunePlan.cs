using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Fine-tuning, decided.</summary>
/// <param name="FromHeadLayer">Head layer the classifier sits on; 0 is the encoder's output.</param>
/// <param name="Freeze">How far the encoder stays as pretrained.</param>
/// <param name="FrozenBatchNorm">What the batch norms of that part do.</param>
/// <param name="FreezeHead">Whether the kept head layers stay as pretrained.</param>
/// <param name="Microbatch">Images that go through the network at a time, or null for all of a step.</param>
/// <param name="LabelSmoothing">Share of the target that is spread over all classes.</param>
public sealed record FinetunePlan(
    int FromHeadLayer,
    Freeze Freeze,
    FrozenBatchNorm FrozenBatchNorm,
    bool FreezeHead,
    int Epochs,
    int Batch,
    int? Microbatch,
    Sequence<AugmentOp> Augment,
    double LabelSmoothing,
    OptimizerPlan Optimizer,
    RatePlan Rate
)
{
    /// <summary>Groups of the frozen part: 0 for the stem alone, −1 for no frozen part.</summary>
    public int FrozenGroups => (int)Freeze - (int)Freeze.Stem;
}

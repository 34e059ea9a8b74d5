using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about self-distillation.</summary>
internal static class SelfDistillRules
{
    public const string Path = StageNames.SelfDistill;

    public static IEnumerable<Violation> Check(SelfDistillSpec spec, DataPlan data)
    {
        var batch = SelfDistillPlan.BatchOf(spec, data);
        return TrainingRules.Check(
            new(
                Path: Path,
                Batch: batch,
                Images: data.Unlabelled,
                ImagesName: Training.Unlabelled,
                Epochs: spec.Epochs,
                Optimizer: spec.Optimizer
            )
            {
                Microbatch = spec.Microbatch,
                LabelBatch = DistillPlan.LabelBatchOf(DistillImages.All, spec.Alpha, batch, data),
            }
        );
    }
}

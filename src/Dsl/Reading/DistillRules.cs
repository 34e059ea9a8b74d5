using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about distillation and its student.</summary>
internal static class DistillRules
{
    public const string Path = StageNames.Distill;

    public static IEnumerable<Violation> Check(DistillSpec spec, DataPlan data)
    {
        var batch = DistillPlan.BatchOf(spec, data);
        var imagesName = spec.Images == DistillImages.All ? Training.Unlabelled : Training.Labelled;
        return TrainingRules
            .Check(
                new(
                    Path: Path,
                    Batch: batch,
                    Images: DistillPlan.ImagesOf(spec.Images, data),
                    ImagesName: imagesName,
                    Epochs: spec.Epochs,
                    Optimizer: spec.Optimizer
                )
                {
                    Microbatch = spec.Microbatch,
                    LabelBatch = DistillPlan.LabelBatchOf(spec.Images, spec.Alpha, batch, data),
                }
            )
            .Concat(
                spec.Student.Classes is { } classes && classes != data.Classes
                    ? [SpecErrors.StudentClasses.Broken($"{Path}.student.classes", classes, data.Classes)]
                    : []
            );
    }
}

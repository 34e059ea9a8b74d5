using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Distillation into a student (§2, Eq. 2 and 3) with every setting decided.</summary>
/// <param name="Student">The student's encoder, on which a linear classifier sits.</param>
/// <param name="TemperatureSquared">Whether the distillation loss is multiplied by the temperature's square.</param>
/// <param name="Alpha">Weight α of the distillation loss against the label loss (Eq. 3), from 0 to 1.</param>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="Batch">Images per step, without the labelled ones beside them.</param>
/// <param name="Images">The training images that the student learns from.</param>
/// <param name="Temperature">Temperature τ of the softmax of teacher and student (Eq. 2).</param>
/// <param name="Microbatch">Images that go through the network at a time; null for the whole batch.</param>
/// <param name="LabelBatch">
/// Labelled images per step, beside the unlabelled ones, for the label term of Eq. 3; 0 where alpha is 1 or only labelled images are used.
/// </param>
/// <param name="Augment">Operations of the augmentation, in order; teacher and student see the same image.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Rate">Learning rate and step counts.</param>
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
) : StagePlan, ITrainingPlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.Distill;

    /// <summary>Whether the loss has a label term (Eq. 3).</summary>
    public bool UsesLabels => Alpha < 1;

    internal static DistillPlan Of(DistillSpec spec, DataPlan data, EncoderPlan teacher, bool fineTunedTeacher)
    {
        var student = EncoderPlan.Of(spec.Student.ToEncoder(), data.Channels, data.Side);
        var lowTemperature = spec.TemperatureRule == TemperatureRule.Size ? student.ComputesAs(teacher) : fineTunedTeacher;
        var batch = BatchOf(spec, data);
        return new(
            Student: student,
            Images: spec.Images,
            Temperature: spec.Temperature ?? (lowTemperature ? 0.1 : 1.0),
            TemperatureSquared: spec.TemperatureSquared,
            Alpha: spec.Alpha,
            Epochs: spec.Epochs,
            Batch: batch,
            Microbatch: spec.Microbatch,
            LabelBatch: LabelBatchOf(spec.Images, spec.Alpha, batch, data),
            Augment: AugmentOp.CropOf(spec.Augment, data),
            Optimizer: OptimizerPlanner.Optimizer(spec.Optimizer, StageDefaults.Unlabelled),
            Rate: OptimizerPlanner.Rate(spec.Optimizer, StageDefaults.Unlabelled, ImagesOf(spec.Images, data), spec.Epochs, batch)
        );
    }

    /// <summary>Images per step: as the spec says, or else 4096, or all images where there are fewer.</summary>
    internal static int BatchOf(DistillSpec spec, DataPlan data) =>
        spec.Batch ?? Math.Min(StageDefaults.LargeBatch, ImagesOf(spec.Images, data));

    /// <summary>Number of images that a student learns from.</summary>
    internal static int ImagesOf(DistillImages images, DataPlan data) => images == DistillImages.All ? data.Unlabelled : data.Labels;

    /// <summary>Labelled images per step beside the unlabelled ones (Eq. 3).</summary>
    internal static int LabelBatchOf(DistillImages images, double alpha, int batch, DataPlan data) =>
        alpha < 1 && images == DistillImages.All ? Math.Min(batch, data.Labels) : 0;

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => plan.SelfDistill is null ? StageNames.Finetune : StageNames.SelfDistill;

    internal override StageDependencies Dependencies(Plan plan) => new(StageDependencies.LabelledImages(plan), this);

    internal override StageCost Cost(Plan plan) => CostOf(Name, plan);

    internal override StageLoad Load(Plan plan, StageCost cost) =>
        StageLoad.Of(cost, Student, Batch + LabelBatch, Batch + LabelBatch, Student.Cost, NormSums.Training(Student));

    /// <summary>
    /// The cost of a stage with this distillation: that of training the student, and the teacher's weights and forward passes on the same
    /// images.
    /// </summary>
    internal StageCost CostOf(string stage, Plan plan)
    {
        var (steps, images) = (Rate.TotalSteps.Value, (long)Batch + LabelBatch);
        var teacher = plan.Encoder.Cost;
        var training = StageCost.OfTraining(this, Student, Student.Cost, steps, new(Batch, images, Microbatch)) with { Stage = stage };
        return training.Plus((double)teacher.MultiplyAdds * images * steps, teacher.Parameters.WithStatistics);
    }

    internal override Spec WriteInto(Spec spec, Plan plan)
    {
        var given = spec.Distill!;
        return spec with
        {
            Distill = given with
            {
                Student = given.Student with { Stem = Student.StemKind, Classes = plan.Data.Classes },
                Temperature = Temperature,
                Batch = Batch,
                Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.Unlabelled),
            },
        };
    }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Distillation into a student (§2, Eq. 2 and 3), decided.</summary>
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
) : StagePlan, ITrainingPlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.Distill;

    /// <summary>Whether every step learns from the labels too (Eq. 3).</summary>
    public bool UsesLabels => Alpha < 1;

    internal static DistillPlan Of(DistillSpec spec, DataPlan data, EncoderPlan teacher, bool fineTunedTeacher)
    {
        var student = EncoderPlan.Of(spec.Student.ToEncoder(), data.Channels, data.Side);
        var sharp = spec.TemperatureRule == TemperatureRule.Size ? student.ComputesAs(teacher) : fineTunedTeacher;
        var batch = BatchOf(spec, data);
        return new(
            student,
            spec.Images,
            spec.Temperature ?? (sharp ? 0.1 : 1.0),
            spec.TemperatureSquared,
            spec.Alpha,
            spec.Epochs,
            batch,
            spec.Microbatch,
            LabelBatchOf(spec.Images, spec.Alpha, batch, data),
            AugmentOp.CropOf(spec.Augment, data),
            OptimizerPlanner.Optimizer(spec.Optimizer, StageDefaults.Unlabelled),
            OptimizerPlanner.Rate(spec.Optimizer, StageDefaults.Unlabelled, ImagesOf(spec.Images, data), spec.Epochs, batch)
        );
    }

    /// <summary>Images a step, where the spec leaves it open.</summary>
    internal static int BatchOf(DistillSpec spec, DataPlan data) =>
        spec.Batch ?? Math.Min(StageDefaults.LargeBatch, ImagesOf(spec.Images, data));

    /// <summary>Images that a student learns from.</summary>
    internal static int ImagesOf(DistillImages images, DataPlan data) => images == DistillImages.All ? data.Unlabelled : data.Labels;

    /// <summary>Labelled images of a step that lie beside its unlabelled ones (Eq. 3).</summary>
    internal static int LabelBatchOf(DistillImages images, double alpha, int batch, DataPlan data) =>
        alpha < 1 && images == DistillImages.All ? Math.Min(batch, data.Labels) : 0;

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => plan.SelfDistill is null ? StageNames.Finetune : StageNames.SelfDistill;

    internal override StageIdentity Identity(Plan plan) => new(StageIdentity.LabelledImages(plan), this);

    internal override StageCost Cost(Plan plan) => CostOf(Name, plan);

    internal override StageLoad Load(Plan plan, StageCost cost) =>
        StageLoad.Of(cost, Student, Batch + LabelBatch, Batch + LabelBatch, Student.Cost);

    /// <summary>The cost of a stage that teaches so. The teacher goes forward on the student's images; its weights lie beside the student's.</summary>
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

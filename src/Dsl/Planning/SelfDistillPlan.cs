using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// Self-distillation (§2, §3.1) with every setting decided: distillation into a network like the teacher, which is later the student's
/// teacher.
/// </summary>
/// <param name="Teaching">The distillation; its student has the teacher's encoder and no projection head.</param>
public sealed record SelfDistillPlan(DistillPlan Teaching) : StagePlan, ITrainingPlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.SelfDistill;

    /// <inheritdoc/>
    public int Batch => Teaching.Batch;

    /// <inheritdoc/>
    public int? Microbatch => Teaching.Microbatch;

    /// <inheritdoc/>
    public RatePlan Rate => Teaching.Rate;

    /// <inheritdoc/>
    public OptimizerPlan Optimizer => Teaching.Optimizer;

    internal static SelfDistillPlan Of(SelfDistillSpec spec, DataPlan data, EncoderPlan encoder)
    {
        var batch = BatchOf(spec, data);
        return new(
            new DistillPlan(
                Student: encoder,
                Images: DistillImages.All,
                Temperature: spec.Temperature,
                TemperatureSquared: spec.TemperatureSquared,
                Alpha: spec.Alpha,
                Epochs: spec.Epochs,
                Batch: batch,
                Microbatch: spec.Microbatch,
                LabelBatch: DistillPlan.LabelBatchOf(DistillImages.All, spec.Alpha, batch, data),
                Augment: AugmentOp.CropOf(spec.Augment, data),
                Optimizer: OptimizerPlanner.Optimizer(spec.Optimizer, StageDefaults.Unlabelled),
                Rate: OptimizerPlanner.Rate(spec.Optimizer, StageDefaults.Unlabelled, data.Unlabelled, spec.Epochs, batch)
            )
        );
    }

    /// <summary>Images per step: as the spec says, or else 4096, or all images where there are fewer.</summary>
    internal static int BatchOf(SelfDistillSpec spec, DataPlan data) => spec.Batch ?? Math.Min(StageDefaults.LargeBatch, data.Unlabelled);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Finetune;

    internal override StageDependencies Dependencies(Plan plan) => new(StageDependencies.LabelledImages(plan), Teaching);

    internal override StageCost Cost(Plan plan) => Teaching.CostOf(Name, plan);

    internal override StageLoad? Load(Plan plan, StageCost cost) => Teaching.Load(plan, cost);

    internal override Spec WriteInto(Spec spec, Plan plan)
    {
        var given = spec.SelfDistill!;
        return spec with
        {
            SelfDistill = given with { Batch = Batch, Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.Unlabelled) },
        };
    }
}

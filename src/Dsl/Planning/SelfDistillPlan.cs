using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Self-distillation (§2, §3.1), decided: distillation into a network like the teacher, whose result then teaches the student.</summary>
/// <param name="Teaching">How it is taught; the student is the teacher's encoder, without its head.</param>
public sealed record SelfDistillPlan(DistillPlan Teaching) : StagePlan, ITrainingPlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.SelfDistill;

    /// <inheritdoc/>
    public int Batch => Teaching.Batch;

    /// <inheritdoc/>
    public RatePlan Rate => Teaching.Rate;

    /// <inheritdoc/>
    public OptimizerPlan Optimizer => Teaching.Optimizer;

    internal static SelfDistillPlan Of(SelfDistillSpec spec, DataPlan data, EncoderPlan encoder)
    {
        var batch = BatchOf(spec, data);
        return new(
            new DistillPlan(
                encoder,
                DistillImages.All,
                spec.Temperature,
                spec.TemperatureSquared,
                spec.Alpha,
                spec.Epochs,
                batch,
                spec.Microbatch,
                DistillPlan.LabelBatchOf(DistillImages.All, spec.Alpha, batch, data),
                AugmentOp.CropOf(spec.Augment, data),
                OptimizerPlanner.Optimizer(spec.Optimizer, StageDefaults.Unlabelled),
                OptimizerPlanner.Rate(spec.Optimizer, StageDefaults.Unlabelled, data.Unlabelled, spec.Epochs, batch)
            )
        );
    }

    /// <summary>Images a step, where the spec leaves it open.</summary>
    internal static int BatchOf(SelfDistillSpec spec, DataPlan data) => spec.Batch ?? Math.Min(StageDefaults.LargeBatch, data.Unlabelled);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Finetune;

    internal override StageIdentity Identity(Plan plan) => new(StageIdentity.LabelledImages(plan), Teaching);

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

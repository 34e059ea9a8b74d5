using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Linear evaluation of the pretrained encoder (§3.3), decided.</summary>
/// <param name="Augment">Crop and flip, or nothing: then each image's features are computed once.</param>
public sealed record LinearPlan(int Epochs, int Batch, Sequence<AugmentOp>? Augment, OptimizerPlan Optimizer, RatePlan Rate)
    : StagePlan,
        ITrainingPlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.Linear;

    internal static LinearPlan Of(LinearSpec spec, DataPlan data)
    {
        var defaults = StageDefaults.Linear(data);
        var batch = BatchOf(spec, data);
        return new(
            spec.Epochs,
            batch,
            spec.Augment is { } augment ? AugmentOp.CropOf(augment, data) : null,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Bank, spec.Epochs, batch)
        );
    }

    /// <summary>Images a step, where the spec leaves it open.</summary>
    internal static int BatchOf(LinearSpec spec, DataPlan data) => spec.Batch ?? Math.Min(StageDefaults.LargeBatch, data.Bank);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Pretrain;

    internal override StageIdentity Identity(Plan plan) => new(StageIdentity.AllImages(plan), this);

    // The encoder is frozen: forward only, once for each image where images are not augmented.
    internal override StageCost Cost(Plan plan)
    {
        var images = Augment is null ? plan.Data.Bank : (double)Rate.TotalSteps.Value * Batch;
        return new(
            Name,
            Rate.TotalSteps.Value,
            images * plan.Encoder.Cost.MultiplyAdds,
            (double)sizeof(float) * plan.Encoder.Cost.Parameters.Weights,
            Batch,
            (double)sizeof(float) * plan.Encoder.Features
        );
    }

    internal override Spec WriteInto(Spec spec, Plan plan)
    {
        var given = spec.Evaluate!.Linear!;
        return spec with
        {
            Evaluate = spec.Evaluate with
            {
                Linear = given with
                {
                    Batch = Batch,
                    Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.Linear(plan.Data)),
                },
            },
        };
    }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Linear evaluation of the pretrained encoder (§3.3) with every setting decided.</summary>
/// <param name="Epochs">Passes over the images.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Augment">
/// Operations of the augmentation, in order; null for none, where each image's features are computed only once.
/// </param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Rate">Learning rate and step counts.</param>
public sealed record LinearPlan(int Epochs, int Batch, Sequence<AugmentOp>? Augment, OptimizerPlan Optimizer, RatePlan Rate)
    : StagePlan,
        ITrainingPlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.Linear;

    /// <summary>Always the whole batch: nothing but a classifier is trained on it.</summary>
    public int? Microbatch => null;

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

    /// <summary>Images per step: as the spec says, or else 4096, or all images where there are fewer.</summary>
    internal static int BatchOf(LinearSpec spec, DataPlan data) => spec.Batch ?? Math.Min(StageDefaults.LargeBatch, data.Bank);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Pretrain;

    internal override StageDependencies Dependencies(Plan plan) => new(StageDependencies.AllImages(plan), this);

    // The encoder is frozen, so there are only forward passes; without augmentation there is one for each image.
    internal override StageCost Cost(Plan plan)
    {
        var images = Augment is null ? plan.Data.Bank : (double)Rate.TotalSteps.Value * Batch;
        return new(
            Stage: Name,
            Steps: Rate.TotalSteps.Value,
            MultiplyAdds: images * plan.Encoder.Cost.MultiplyAdds,
            StateBytes: (double)sizeof(float) * plan.Encoder.Cost.Parameters.Weights,
            AtOnce: Batch,
            KeptBytes: (double)sizeof(float) * plan.Encoder.Features
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

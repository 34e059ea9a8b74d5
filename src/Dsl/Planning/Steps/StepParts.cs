using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>Parts that the steps of several stages have.</summary>
internal static class StepParts
{
    /// <summary>The constants of batch and step counts.</summary>
    public static IEnumerable<StepConstant> Sizes(int batch, int? microbatch, RatePlan rate) =>
        [
            new StepConstant.Whole("Batch", batch),
            .. microbatch is { } images
                ? [new StepConstant.Whole("Microbatch", images, $"{batch / images} a step")]
                : Array.Empty<StepConstant>(),
            new StepConstant.Whole("TotalSteps", rate.TotalSteps.Value, rate.TotalSteps.From),
            new StepConstant.Whole("WarmupSteps", rate.WarmupSteps.Value, rate.WarmupSteps.From),
        ];

    /// <summary>The constant of the peak learning rate.</summary>
    public static StepConstant PeakRate(RatePlan rate) => new StepConstant.Real("PeakRate", rate.Peak.Value, rate.Peak.From);

    /// <summary>Images of the experiment's size.</summary>
    public static ImageShape Images(Plan plan, int count) => new(count, plan.Data.Channels, plan.Data.Side);

    /// <summary>Augmented images and their labels.</summary>
    public static Sequence<StepInput> ImagesAndLabels(Plan plan, int batch, Sequence<AugmentOp> augment) =>
        [OnlyImages(plan, batch, augment), new StepInput.Labels(BatchPart.All, batch)];

    /// <summary>Augmented images.</summary>
    public static StepInput OnlyImages(Plan plan, int batch, Sequence<AugmentOp> augment) =>
        new StepInput.Augmented("x", BatchPart.All, KeyIndex: null, augment, Images(plan, batch));

    /// <summary>One crop of each image, prepared unless all images are decoded in memory.</summary>
    public static Sequence<PreparedCrops> Prepares(Plan plan, Sequence<AugmentOp> augment) =>
        plan.Data.StaysEncoded ? [new PreparedCrops.OfImages(BatchPart.All, KeyIndex: null, CropOf(augment))] : [];

    /// <summary>The crop of an augmentation, of which each has one.</summary>
    public static AugmentOp.Crop CropOf(Sequence<AugmentOp> augment) => augment.OfType<AugmentOp.Crop>().Single();

    /// <summary>The gradients of a loss on the whole batch, or of its mean over microbatches, and the update.</summary>
    /// <param name="reads">What the step reads.</param>
    /// <param name="before">What comes before the gradients of a whole batch.</param>
    /// <param name="parts">The loss's inputs of a microbatch.</param>
    /// <param name="microbatch">Images of a microbatch; null for the whole batch.</param>
    /// <param name="optimizer">The optimizer.</param>
    public static Sequence<StepAction> Learn(
        Sequence<StepInput> reads,
        Sequence<StepAction> before,
        Sequence<PartInput> parts,
        int? microbatch,
        OptimizerPlan optimizer
    ) =>
        [
            .. microbatch is null
                ? [Unpack(reads), .. before, new StepAction.Differentiate()]
                : new StepAction[] { new StepAction.DifferentiateMean(parts) },
            .. Update(optimizer),
            .. Average(optimizer),
        ];

    /// <summary>Names what was read.</summary>
    public static StepAction Unpack(Sequence<StepInput> reads) =>
        new StepAction.Unpack(reads.Select(static input => input.Name).ToSequence());

    /// <summary>Clips the gradients where the optimizer does, and updates the parameters.</summary>
    public static IEnumerable<StepAction> Update(OptimizerPlan optimizer) =>
        optimizer.Clip is { } limit
            ? [new StepAction.Clip(limit), new StepAction.Update("clipped", optimizer)]
            : [new StepAction.Update("gradients", optimizer)];

    /// <summary>Averages the weights where the optimizer does.</summary>
    public static IEnumerable<StepAction> Average(OptimizerPlan optimizer) =>
        optimizer.Average is { } decay ? [new StepAction.Average(decay)] : Array.Empty<StepAction>();

    /// <summary>What the optimizer carries beside momentum.</summary>
    public static Sequence<CarriedState> Carried(OptimizerPlan optimizer) =>
        [
            .. optimizer is OptimizerPlan.Adam ? [new CarriedState.SquaredGradients()] : Array.Empty<CarriedState>(),
            .. optimizer.Average is null ? Array.Empty<CarriedState>() : [new CarriedState.AveragedWeights()],
        ];
}

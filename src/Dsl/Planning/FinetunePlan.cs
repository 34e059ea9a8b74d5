using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Fine-tuning (§2, §3.1) with every setting decided.</summary>
/// <param name="FromHeadLayer">Layer of the projection head that the classifier sits on; 0 is the encoder's output.</param>
/// <param name="Freeze">The part of the encoder that is frozen.</param>
/// <param name="FrozenBatchNorm">What the batch norms of the frozen part do.</param>
/// <param name="FreezeHead">Whether the layers of the head that are kept are frozen.</param>
/// <param name="Epochs">Passes over the labelled images.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Microbatch">Images that go through the network at a time; null for the whole batch.</param>
/// <param name="Augment">Operations of the augmentation, in order.</param>
/// <param name="LabelSmoothing">Share of the target that is spread over all classes, from 0 to 1.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Rate">Learning rate and step counts.</param>
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
) : StagePlan, ILabelledTrainingPlan
{
    private const int DefaultBatch = 1024;

    /// <inheritdoc/>
    public override string Name => StageNames.Finetune;

    /// <summary>Number of groups that are frozen: 0 where only the stem is, −1 where nothing is.</summary>
    public int FrozenGroups => (int)Freeze - (int)Freeze.Stem;

    internal static FinetunePlan Of(FinetuneSpec spec, DataPlan data, EncoderPlan encoder, HeadSpec? head)
    {
        var (epochs, batch) = (EpochsOf(spec, data), BatchOf(spec, data));
        var defaults = StageDefaults.Finetune(encoder);
        return new(
            FromHeadLayer: HeadLayerOf(spec, data, head),
            Freeze: spec.Freeze,
            FrozenBatchNorm: spec.FrozenBatchNorm ?? FrozenBatchNorm.Inference,
            FreezeHead: spec.FreezeHead,
            Epochs: epochs,
            Batch: batch,
            Microbatch: spec.Microbatch,
            Augment: AugmentOp.CropOf(spec.Augment, data),
            LabelSmoothing: spec.LabelSmoothing,
            Optimizer: OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            Rate: OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Labels, epochs, batch)
        );
    }

    /// <summary>Images per step: as the spec says, or else 1024 (§3.1), or all labelled images where there are fewer.</summary>
    internal static int BatchOf(FinetuneSpec spec, DataPlan data) => spec.Batch ?? Math.Min(DefaultBatch, data.Labels);

    /// <summary>Passes over the labelled images: as the spec says, or else 60 for up to 1 % labels and 30 for more (§3.1).</summary>
    internal static int EpochsOf(FinetuneSpec spec, DataPlan data) => spec.Epochs ?? (data.Labels * 100L <= data.NotHeldOut ? 60 : 30);

    /// <summary>
    /// Head layer that the classifier sits on: as the spec says, or else the encoder's output (0) where all images have labels or the head
    /// has no hidden layer, and the first layer otherwise (§3.1).
    /// </summary>
    internal static int HeadLayerOf(FinetuneSpec spec, DataPlan data, HeadSpec? head) =>
        spec.FromHeadLayer ?? (data.Labels < data.NotHeldOut && head is not { Layers: < 2 } ? 1 : 0);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Pretrain;

    internal override StageDependencies Dependencies(Plan plan) => new(StageDependencies.LabelledImages(plan), this);

    internal override StageCost Cost(Plan plan) =>
        StageCost.OfTraining(this, plan.Encoder, plan.Encoder.Cost, Rate.TotalSteps.Value, new(Batch, Batch, Microbatch));

    internal override StageLoad Load(Plan plan, StageCost cost) =>
        StageLoad.Of(cost, plan.Encoder, Batch, Batch, plan.Encoder.Cost, Norms(plan));

    private NormSums Norms(Plan plan) =>
        NormSums.Training(plan.Pretrain!.Head, FromHeadLayer)
        + (
            Freeze == Freeze.None
                ? NormSums.Training(plan.Encoder)
                : NormSums.TrainingAbove(plan.Encoder, FrozenGroups, FrozenBatchNorm == FrozenBatchNorm.Update)
        );

    internal override Spec WriteInto(Spec spec, Plan plan)
    {
        var given = spec.Finetune!;
        return spec with
        {
            Finetune = given with
            {
                FromHeadLayer = FromHeadLayer,
                FrozenBatchNorm = Freeze == Freeze.None ? null : FrozenBatchNorm,
                Epochs = Epochs,
                Batch = Batch,
                Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.Finetune(plan.Encoder)),
            },
        };
    }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Fine-tuning, decided.</summary>
/// <param name="FromHeadLayer">Head layer the classifier sits on; 0 is the encoder's output.</param>
/// <param name="Freeze">How far the encoder stays as pretrained.</param>
/// <param name="FrozenBatchNorm">What the batch norms of that part do.</param>
/// <param name="FreezeHead">Whether the kept head layers stay as pretrained.</param>
/// <param name="Microbatch">Images that go through the network at a time, or null for all of a step.</param>
/// <param name="LabelSmoothing">Share of the target that is spread over all classes.</param>
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
) : StagePlan, ITrainingPlan
{
    private const int DefaultBatch = 1024;

    /// <inheritdoc/>
    public override string Name => StageNames.Finetune;

    /// <summary>Groups of the frozen part: 0 for the stem alone, −1 for no frozen part.</summary>
    public int FrozenGroups => (int)Freeze - (int)Freeze.Stem;

    internal static FinetunePlan Of(FinetuneSpec spec, DataPlan data, EncoderPlan encoder, HeadSpec? head)
    {
        var (epochs, batch) = (EpochsOf(spec, data), BatchOf(spec, data));
        var defaults = StageDefaults.Finetune(encoder);
        return new(
            HeadLayerOf(spec, data, head),
            spec.Freeze,
            spec.FrozenBatchNorm ?? FrozenBatchNorm.Inference,
            spec.FreezeHead,
            epochs,
            batch,
            spec.Microbatch,
            AugmentOp.CropOf(spec.Augment, data),
            spec.LabelSmoothing,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Labels, epochs, batch)
        );
    }

    /// <summary>Images a step, where the spec leaves it open: 1024 (§3.1), or all of fewer.</summary>
    internal static int BatchOf(FinetuneSpec spec, DataPlan data) => spec.Batch ?? Math.Min(DefaultBatch, data.Labels);

    /// <summary>60 epochs up to 1 % labels, else 30 (§3.1), where the spec leaves it open.</summary>
    internal static int EpochsOf(FinetuneSpec spec, DataPlan data) => spec.Epochs ?? (data.Labels * 100L <= data.NotHeldOut ? 60 : 30);

    /// <summary>Head layer that the classifier sits on: without all labels the first, where the head has a hidden one (§3.1).</summary>
    internal static int HeadLayerOf(FinetuneSpec spec, DataPlan data, HeadSpec? head) =>
        spec.FromHeadLayer ?? (data.Labels < data.NotHeldOut && head is not { Layers: < 2 } ? 1 : 0);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Pretrain;

    internal override StageIdentity Identity(Plan plan) => new(StageIdentity.LabelledImages(plan), this);

    internal override StageCost Cost(Plan plan) =>
        StageCost.OfTraining(this, plan.Encoder, plan.Encoder.Cost, Rate.TotalSteps.Value, new(Batch, Batch, Microbatch));

    internal override StageLoad Load(Plan plan, StageCost cost) => StageLoad.Of(cost, plan.Encoder, Batch, Batch, plan.Encoder.Cost);

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

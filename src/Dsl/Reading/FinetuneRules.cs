using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about fine-tuning and the part of the network that it freezes.</summary>
internal static class FinetuneRules
{
    public const string Path = StageNames.Finetune;

    public static IEnumerable<Violation> Check(FinetuneSpec spec, HeadSpec? head, DataPlan data) =>
        TrainingRules
            .Check(
                new(
                    Path: Path,
                    Batch: FinetunePlan.BatchOf(spec, data),
                    Images: data.Labels,
                    ImagesName: Training.Labelled,
                    Epochs: FinetunePlan.EpochsOf(spec, data),
                    Optimizer: spec.Optimizer
                )
                {
                    Microbatch = spec.Microbatch,
                }
            )
            .Concat(
                spec.FromHeadLayer is { } layer && head is { Layers: var layers } && layer > layers
                    ? [SpecErrors.HeadLayer.Broken($"{Path}.from_head_layer", layer, layers)]
                    : []
            )
            .Concat(Frozen(spec, head, data));

    private static IEnumerable<Violation> Frozen(FinetuneSpec spec, HeadSpec? head, DataPlan data)
    {
        if (spec is { FrozenBatchNorm: not null, Freeze: Freeze.None })
        {
            yield return SpecErrors.NothingFrozen.Broken($"{Path}.frozen_batch_norm");
        }

        if (spec is { FrozenBatchNorm: FrozenBatchNorm.Update, Freeze: Freeze.Encoder })
        {
            yield return SpecErrors.FrozenEncoder.Broken($"{Path}.frozen_batch_norm");
        }

        if (spec.FreezeHead && FinetunePlan.HeadLayerOf(spec, data, head) == 0)
        {
            yield return SpecErrors.NoHeadToFreeze.Broken($"{Path}.freeze_head");
        }
    }
}

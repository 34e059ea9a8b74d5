using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about pretraining, its memory and its online classifier.</summary>
internal static class PretrainRules
{
    public const string Path = StageNames.Pretrain;

    public static IEnumerable<Violation> Check(PretrainSpec spec, DataPlan data) =>
        TrainingRules
            .Check(
                new(
                    Path: Path,
                    Batch: spec.Batch,
                    Images: data.Unlabelled,
                    ImagesName: Training.Unlabelled,
                    Epochs: spec.Epochs,
                    Optimizer: spec.Optimizer
                )
                {
                    Microbatch = spec.Microbatch,
                }
            )
            .Concat(MemoryRules.Check(spec, data.Source))
            .Concat(spec.OnlineLinear is { } online ? OnlineLinear(spec, online, data) : []);

    private static IEnumerable<Violation> OnlineLinear(PretrainSpec spec, OnlineLinearSpec online, DataPlan data)
    {
        const string OnlinePath = $"{Path}.online_linear";
        if (data.TrainLabels is { } labels)
        {
            yield return SpecErrors.OnlineLabels.Broken(OnlinePath, labels, data.TrainImages);
        }

        if (online.FromHeadLayer > spec.Head.Layers)
        {
            yield return SpecErrors.HeadLayer.Broken($"{OnlinePath}.from_head_layer", online.FromHeadLayer, spec.Head.Layers);
        }

        if (spec.Optimizer.Adam is not null)
        {
            yield return SpecErrors.OnlineOptimizer.Broken(OnlinePath);
        }
    }
}

using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>k-nearest-neighbour evaluation as code.</summary>
internal static class KnnCode
{
    public static StageCode Of(KnnPlan stage) =>
        new(
            [],
            Step: null,
            new("knn", "KnnEvaluation.Of", [PretrainCode.Encoder, $"k: {stage.K}", $"temperature: {Literal.Of(stage.Temperature)}"])
        );
}

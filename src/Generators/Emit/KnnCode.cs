using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of k-nearest-neighbour evaluation.</summary>
internal static class KnnCode
{
    public static StageCode Of(KnnPlan stage) =>
        new(
            [],
            Step: null,
            new("knn", "KnnEvaluation.Of", [PretrainCode.Encoder, $"k: {stage.K}", $"temperature: {Literal.Of(stage.Temperature)}"])
        );
}

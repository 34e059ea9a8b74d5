using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>k-nearest-neighbour evaluation of the pretrained encoder.</summary>
/// <param name="K">Number of neighbours that vote.</param>
/// <param name="Temperature">Temperature τ of the votes: a neighbour's vote has the weight exp(cosine similarity / τ).</param>
public sealed record KnnPlan(int K, double Temperature) : StagePlan
{
    /// <inheritdoc/>
    public override string Name => StageNames.Knn;

    internal static KnnPlan Of(KnnSpec spec) => new(spec.K, spec.Temperature);

    /// <inheritdoc/>
    public override string StartsFrom(Plan plan) => StageNames.Pretrain;

    internal override StageDependencies Dependencies(Plan plan) => new(StageDependencies.AllImages(plan), this);

    internal override StageCost? Cost(Plan plan) => null;

    internal override Spec WriteInto(Spec spec, Plan plan) => spec;
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// An experiment with every decision taken: what the generator prints and the plan table shows. Holds no positions of the spec's file,
/// so moving a line changes no plan.
/// </summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Spec">What it was decided from.</param>
/// <param name="Data">Images and labels.</param>
/// <param name="Encoder">The network.</param>
public sealed record Plan(
    string Name,
    Spec Spec,
    DataPlan Data,
    EncoderPlan Encoder,
    PretrainPlan? Pretrain,
    KnnPlan? Knn,
    LinearPlan? Linear,
    LabelOnlyPlan? LabelOnly,
    FinetunePlan? Finetune,
    DistillPlan? SelfDistill,
    DistillPlan? Distill
)
{
    /// <summary>The experiment's name as a C# identifier: <c>fashion-mnist</c> becomes <c>FashionMnist</c>.</summary>
    public string Identifier => IdentifierOf(Name);

    public static string IdentifierOf(string name) =>
        string.Concat(
            name.Split('-').Where(static part => part.Length > 0).Select(static part => char.ToUpperInvariant(part[0]) + part.Substring(1))
        );

    /// <summary>Variance that batch norms keep for inference.</summary>
    public RunningVariance RunningVariance => Spec.RunningVariance ?? RunningVariance.Biased;

    /// <summary>Decides everything. The spec must be a valid one.</summary>
    public static Plan Of(Spec spec) => StagePlanner.Plan(spec);
}

using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>A stage as code: the networks that it needs first, its training step, and the lines of the experiment that make it.</summary>
/// <param name="Networks">Networks that no stage before it has.</param>
/// <param name="Step">Its step; null for a stage that trains nothing.</param>
/// <param name="Wiring">How the experiment makes the stage of those before it.</param>
internal sealed record StageCode(IReadOnlyList<Module> Networks, StepModel? Step, Wiring Wiring)
{
    /// <summary>The stages of a plan, in order. Each kind of stage has a file of its own.</summary>
    public static IReadOnlyList<StageCode> Of(Plan plan) =>
        [
            .. plan.Stages.Select(stage =>
                stage.Match(
                    pretrain: pretrain => PretrainCode.Of(plan, pretrain),
                    knn: KnnCode.Of,
                    linear: linear => LinearCode.Of(plan, linear),
                    supervised: supervised => LabelOnlyCode.Of(plan, supervised),
                    finetune: finetune => FinetuneCode.Of(plan, finetune),
                    selfDistill: self => SelfDistillCode.Of(plan, self),
                    distill: distill => DistillCode.Of(plan, distill)
                )
            ),
        ];
}

/// <summary>The lines of an experiment that make a stage.</summary>
/// <param name="Variable">The stage's name there.</param>
/// <param name="Call">The function that makes it: <c>Pretraining.Of</c>.</param>
/// <param name="Arguments">The function's arguments.</param>
internal sealed record Wiring(string Variable, string Call, IReadOnlyList<string> Arguments)
{
    /// <summary>A line after it, for what several later stages need of this one; null for none.</summary>
    public string? After { get; init; }
}

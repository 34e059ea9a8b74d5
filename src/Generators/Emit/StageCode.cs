using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of a stage: its networks, its training step, and the lines of the experiment that create it.</summary>
/// <param name="Networks">Networks that no earlier stage has.</param>
/// <param name="Step">The training step; null for a stage that trains nothing.</param>
/// <param name="Wiring">How the experiment creates the stage from earlier ones.</param>
internal sealed record StageCode(IReadOnlyList<Module> Networks, StepCode? Step, Wiring Wiring)
{
    /// <summary>The code of all stages of a plan, in order.</summary>
    public static IReadOnlyList<StageCode> Of(Plan plan) =>
        [
            .. plan.Stages.Select(stage =>
                stage.Match(
                    pretrain: pretrain => PretrainCode.Of(plan, pretrain),
                    knn: KnnCode.Of,
                    linear: linear => LinearCode.Of(plan, linear),
                    labelOnly: labelOnly => LabelOnlyCode.Of(plan, labelOnly),
                    finetune: finetune => FinetuneCode.Of(plan, finetune),
                    selfDistill: self => SelfDistillCode.Of(plan, self),
                    distill: distill => DistillCode.Of(plan, distill)
                )
            ),
        ];
}

/// <summary>The lines of an experiment that create a stage.</summary>
/// <param name="Variable">Name of the stage's variable.</param>
/// <param name="Call">The function that creates the stage: <c>Pretraining.Of</c>.</param>
/// <param name="Arguments">The arguments of the function.</param>
internal sealed record Wiring(string Variable, string Call, IReadOnlyList<string> Arguments)
{
    /// <summary>A further line, for a variable that several later stages use; null for none.</summary>
    public string? After { get; init; }
}

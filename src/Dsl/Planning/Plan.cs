using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// An experiment with every setting decided: what the generator turns into code and what the plan table shows. It does not contain
/// positions in the spec's file, so moving a line there changes no plan.
/// </summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Spec">The spec that it was made from.</param>
/// <param name="Data">Images and labels.</param>
/// <param name="Encoder">The network whose representation is learned.</param>
/// <param name="Stages">The stages, in the order in which they run.</param>
public sealed record Plan(string Name, Spec Spec, DataPlan Data, EncoderPlan Encoder, Sequence<StagePlan> Stages)
{
    /// <summary>The experiment's name as a C# identifier: <c>fashion-mnist</c> becomes <c>FashionMnist</c>.</summary>
    public string Identifier => IdentifierOf(Name);

    /// <summary>A name as a C# identifier.</summary>
    public static string IdentifierOf(string name) =>
        string.Concat(
            name.Split('-').Where(static part => part.Length > 0).Select(static part => char.ToUpperInvariant(part[0]) + part.Substring(1))
        );

    /// <summary>Variance that batch norms keep for inference.</summary>
    public RunningVariance RunningVariance => Spec.RunningVariance ?? RunningVariance.Biased;

    /// <summary>The plan's stage of this kind; null where it has none.</summary>
    public PretrainPlan? Pretrain => Stage<PretrainPlan>();

    /// <inheritdoc cref="Pretrain"/>
    public KnnPlan? Knn => Stage<KnnPlan>();

    /// <inheritdoc cref="Pretrain"/>
    public LinearPlan? Linear => Stage<LinearPlan>();

    /// <inheritdoc cref="Pretrain"/>
    public LabelOnlyPlan? LabelOnly => Stage<LabelOnlyPlan>();

    /// <inheritdoc cref="Pretrain"/>
    public FinetunePlan? Finetune => Stage<FinetunePlan>();

    /// <inheritdoc cref="Pretrain"/>
    public SelfDistillPlan? SelfDistill => Stage<SelfDistillPlan>();

    /// <inheritdoc cref="Pretrain"/>
    public DistillPlan? Distill => Stage<DistillPlan>();

    /// <summary>The stage with a name, one of <see cref="StageNames"/>; null where the plan does not have it.</summary>
    public StagePlan? Stage(string name) => Stages.FirstOrDefault(stage => stage.Name == name);

    /// <summary>The stage with a name, as one that trains in steps; null where the plan does not have it or it trains nothing.</summary>
    public ITrainingPlan? Training(string name) => Stage(name) as ITrainingPlan;

    /// <summary>Decides every setting of a spec, which must have passed the rules.</summary>
    public static Plan Of(Spec spec)
    {
        var images = DataPlan.Of(spec.Data);
        var data = images with
        {
            LabelSeed = images.LabelSeed == spec.Seed ? null : images.LabelSeed,
            On = spec.Evaluate?.On ?? EvaluateOn.Test,
        };
        var encoder = EncoderPlan.Of(spec.Encoder, data.Channels, data.Side);
        StagePlan?[] stages =
        [
            spec.Pretrain is { } pretrain ? PretrainPlan.Of(pretrain, data, encoder) : null,
            spec.Evaluate?.Knn is { } knn ? KnnPlan.Of(knn) : null,
            spec.Evaluate?.Linear is { } linear ? LinearPlan.Of(linear, data) : null,
            spec.Evaluate?.Supervised is { } supervised ? LabelOnlyPlan.Of(supervised, data) : null,
            spec.Finetune is { } finetune ? FinetunePlan.Of(finetune, data, encoder, spec.Pretrain?.Head) : null,
            spec.SelfDistill is { } selfDistill ? SelfDistillPlan.Of(selfDistill, data, encoder) : null,
            spec.Distill is { } distill ? DistillPlan.Of(distill, data, encoder, fineTunedTeacher: spec.SelfDistill is null) : null,
        ];
        return new(spec.Name, spec, data, encoder, stages.OfType<StagePlan>().ToSequence());
    }

    private T? Stage<T>()
        where T : StagePlan => Stages.OfType<T>().FirstOrDefault();
}

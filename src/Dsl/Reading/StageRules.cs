using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about stages. Those of each stage are in a file of their own; those about several stages are here.</summary>
internal static class StageRules
{
    /// <summary>The keys of the stages in a spec, each with the keys of the stages that it requires.</summary>
    private static readonly IReadOnlyList<(string Path, Func<Spec, object?> Stage, string[] Needs)> Places =
    [
        (PretrainRules.Path, static spec => spec.Pretrain, []),
        (KnnRules.Path, static spec => spec.Evaluate?.Knn, [PretrainRules.Path]),
        (LinearRules.Path, static spec => spec.Evaluate?.Linear, [PretrainRules.Path]),
        (SupervisedRules.Path, static spec => spec.Evaluate?.Supervised, []),
        (FinetuneRules.Path, static spec => spec.Finetune, [PretrainRules.Path]),
        (SelfDistillRules.Path, static spec => spec.SelfDistill, [FinetuneRules.Path]),
        (DistillRules.Path, static spec => spec.Distill, [FinetuneRules.Path, PretrainRules.Path]),
    ];

    public static IEnumerable<Violation> Check(Spec spec, DataPlan data) =>
        Order(spec)
            .Concat(spec.Pretrain is { } pretrain ? PretrainRules.Check(pretrain, data) : [])
            .Concat(spec.Evaluate?.Knn is { } knn ? KnnRules.Check(knn, data) : [])
            .Concat(spec.Evaluate?.Linear is { } linear ? LinearRules.Check(linear, data) : [])
            .Concat(spec.Evaluate?.Supervised is { } supervised ? SupervisedRules.Check(supervised, data) : [])
            .Concat(spec.Finetune is { } finetune ? FinetuneRules.Check(finetune, spec.Pretrain?.Head, data) : [])
            .Concat(spec.SelfDistill is { } self ? SelfDistillRules.Check(self, data) : [])
            .Concat(spec.Distill is { } distill ? DistillRules.Check(distill, data) : [])
            .Concat(MeasuredOn(spec));

    private static IEnumerable<Violation> Order(Spec spec) =>
        from place in Places
        where place.Stage(spec) is not null
        from needed in place.Needs
        where Places.Single(other => other.Path == needed).Stage(spec) is null
        select SpecErrors.StageOrder.Broken(place.Path, needed);

    private static IEnumerable<Violation> MeasuredOn(Spec spec) =>
        spec is { Evaluate.On: EvaluateOn.Validation, Data.Validation: null or { Value: 0 } }
            ? [SpecErrors.NoValidation.Broken("evaluate.on")]
            : [];
}

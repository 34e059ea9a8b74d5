using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// One stage of an experiment, decided. A closed union: <see cref="Match{T}"/> has one parameter a case, so that a new case is asked for by
/// the compiler wherever stages differ. Each case decides itself from its part of the spec, and knows its cost and its identity.
/// </summary>
public abstract record StagePlan
{
    private protected StagePlan() { }

    /// <summary>The stage's name, one of <see cref="StageNames"/>: for <c>--only</c>, logs and checkpoints.</summary>
    public abstract string Name { get; }

    /// <summary>The stage of a plan whose network this one goes on from; null for a stage that starts from random weights.</summary>
    public virtual string? StartsFrom(Plan plan) => null;

    /// <summary>What makes two stages of different experiments the same one.</summary>
    internal abstract StageIdentity Identity(Plan plan);

    /// <summary>What the stage asks of a machine; null for a stage that trains nothing.</summary>
    internal abstract StageCost? Cost(Plan plan);

    /// <summary>What a step asks of GPUs that share it; null for a stage that is not worth sharing.</summary>
    internal virtual StageLoad? Load(Plan plan, StageCost cost) => null;

    /// <summary>The spec with what the planner decided about this stage written out.</summary>
    internal abstract Spec WriteInto(Spec spec, Plan plan);

    /// <summary>The function of the case that this is.</summary>
    public T Match<T>(
        Func<PretrainPlan, T> pretrain,
        Func<KnnPlan, T> knn,
        Func<LinearPlan, T> linear,
        Func<LabelOnlyPlan, T> supervised,
        Func<FinetunePlan, T> finetune,
        Func<SelfDistillPlan, T> selfDistill,
        Func<DistillPlan, T> distill
    ) =>
        this switch
        {
            PretrainPlan plan => pretrain(plan),
            KnnPlan plan => knn(plan),
            LinearPlan plan => linear(plan),
            LabelOnlyPlan plan => supervised(plan),
            FinetunePlan plan => finetune(plan),
            SelfDistillPlan plan => selfDistill(plan),
            DistillPlan plan => distill(plan),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(StagePlan)}."),
        };
}

/// <summary>What stages that train by steps have in common.</summary>
public interface ITrainingPlan
{
    /// <summary>Images a step.</summary>
    int Batch { get; }

    /// <summary>Steps, warm-up and learning rate.</summary>
    RatePlan Rate { get; }

    /// <summary>What makes the next parameters of gradients.</summary>
    OptimizerPlan Optimizer { get; }
}

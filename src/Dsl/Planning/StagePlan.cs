using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// One stage of an experiment with every setting decided. A closed union: <see cref="Match{T}"/> has one parameter for each case, so that
/// after a new case is added the compiler reports every place that does not handle it. Each case is made from its part of the spec, and
/// knows what it costs and what its result depends on.
/// </summary>
public abstract record StagePlan
{
    private protected StagePlan() { }

    /// <summary>The stage's name, one of <see cref="StageNames"/>, as in <c>--only</c>, logs and checkpoints.</summary>
    public abstract string Name { get; }

    /// <summary>Name of the stage of a plan whose network this one starts from; null for a stage that starts from random weights.</summary>
    public virtual string? StartsFrom(Plan plan) => null;

    /// <summary>What the stage's result depends on: two stages that depend on the same compute the same.</summary>
    internal abstract StageDependencies Dependencies(Plan plan);

    /// <summary>Compute and memory that the stage needs; null for a stage that trains nothing.</summary>
    internal abstract StageCost? Cost(Plan plan);

    /// <summary>The work of a step, for several GPUs to share; null for a stage that is too small to share.</summary>
    internal virtual StageLoad? Load(Plan plan, StageCost cost) => null;

    /// <summary>The spec with the values that the planner chose for this stage written out.</summary>
    internal abstract Spec WriteInto(Spec spec, Plan plan);

    /// <summary>Calls the function for the case that this stage is.</summary>
    public T Match<T>(
        Func<PretrainPlan, T> pretrain,
        Func<KnnPlan, T> knn,
        Func<LinearPlan, T> linear,
        Func<LabelOnlyPlan, T> labelOnly,
        Func<FinetunePlan, T> finetune,
        Func<SelfDistillPlan, T> selfDistill,
        Func<DistillPlan, T> distill
    ) =>
        this switch
        {
            PretrainPlan plan => pretrain(plan),
            KnnPlan plan => knn(plan),
            LinearPlan plan => linear(plan),
            LabelOnlyPlan plan => labelOnly(plan),
            FinetunePlan plan => finetune(plan),
            SelfDistillPlan plan => selfDistill(plan),
            DistillPlan plan => distill(plan),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(StagePlan)}."),
        };
}

/// <summary>What stages that train in steps have in common.</summary>
public interface ITrainingPlan
{
    /// <summary>Images per step.</summary>
    int Batch { get; }

    /// <summary>Images that go through the network at a time; null for the whole batch.</summary>
    int? Microbatch { get; }

    /// <summary>Learning rate and step counts.</summary>
    RatePlan Rate { get; }

    /// <summary>The optimizer.</summary>
    OptimizerPlan Optimizer { get; }
}

/// <summary>What stages that train a network on labelled images alone have in common.</summary>
public interface ILabelledTrainingPlan : ITrainingPlan
{
    /// <summary>Operations of the augmentation, in order.</summary>
    Sequence<AugmentOp> Augment { get; }

    /// <summary>Share of the target that is spread over all classes, from 0 to 1.</summary>
    double LabelSmoothing { get; }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>
/// One training step of a stage as a straight-line program with nothing left to decide: what is read of a batch, what happens with it in
/// which order, and what the loss is. The generator prints it, one template for each part. It is equal by value.
/// </summary>
/// <param name="Batch">The kind of batch that the step reads.</param>
/// <param name="Constants">Constants, each with the formula that gave it, in the order in which they are declared.</param>
/// <param name="Argument">What the step is created with.</param>
/// <param name="Schedule">Shape of the learning rate after the warm-up.</param>
/// <param name="RunningVariance">Variance that batch norms keep while the step trains.</param>
/// <param name="Reads">The tensors that are made of a batch before anything is learned; all that is random or reads files is here.</param>
/// <param name="Learn">What the step does with them, in order.</param>
/// <param name="Loss">What is differentiated.</param>
public sealed record StepPlan(
    BatchKind Batch,
    Sequence<StepConstant> Constants,
    StepArgument Argument,
    Schedule Schedule,
    RunningVariance RunningVariance,
    Sequence<StepInput> Reads,
    Sequence<StepAction> Learn,
    LossPlan Loss
)
{
    /// <summary>The crops that are made for a step while the one before it runs; none if all images are decoded in memory.</summary>
    public Sequence<PreparedCrops> Prepares { get; init; } = [];

    /// <summary>State that is carried from step to step beside parameters, running statistics and momentum.</summary>
    public Sequence<CarriedState> Carried { get; init; } = [];

    /// <summary>Paths in the tree of parameters, as <c>encoder.stem</c>, under which all parameters stay as they are.</summary>
    public Sequence<string> FrozenPaths { get; init; } = [];

    /// <summary>The pass of one microbatch, if the loss is a function of the embeddings of all microbatches; otherwise null.</summary>
    public EmbeddingPlan? Embedding { get; init; }

    /// <summary>Further functions of the step.</summary>
    public Sequence<StepMember> Members { get; init; } = [];

    /// <summary>Whether the network that is evaluated and handed on has averaged weights.</summary>
    public bool HandsOnAverage => Carried.Any(static state => state is CarriedState.AveragedWeights);

    /// <summary>The step of pretraining.</summary>
    public static StepPlan Of(Plan plan, PretrainPlan stage) => PretrainStepPlanner.Of(plan, stage);

    /// <summary>The step of linear evaluation.</summary>
    public static StepPlan Of(Plan plan, LinearPlan stage) => LinearStepPlanner.Of(plan, stage);

    /// <summary>The step of the label-only baseline.</summary>
    public static StepPlan Of(Plan plan, LabelOnlyPlan stage) => LabelOnlyStepPlanner.Of(plan, stage);

    /// <summary>The step of fine-tuning.</summary>
    public static StepPlan Of(Plan plan, FinetunePlan stage) => FinetuneStepPlanner.Of(plan, stage);

    /// <summary>The step of self-distillation.</summary>
    public static StepPlan Of(Plan plan, SelfDistillPlan stage) => TeachingStepPlanner.Of(plan, stage.Teaching);

    /// <summary>The step of distillation.</summary>
    public static StepPlan Of(Plan plan, DistillPlan stage) => TeachingStepPlanner.Of(plan, stage);
}

/// <summary>The kind of batch that a step reads.</summary>
public enum BatchKind
{
    /// <summary>Images without their labels.</summary>
    Unlabelled,

    /// <summary>Images with labels.</summary>
    Labelled,

    /// <summary>Unlabelled images, and labelled ones beside them.</summary>
    Mixed,

    /// <summary>Features that a frozen encoder computed before, with labels.</summary>
    Feature,
}

/// <summary>What a step is created with.</summary>
public enum StepArgument
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The frozen teacher, whose answers the loss depends on.</summary>
    Teacher,

    /// <summary>The frozen encoder, on whose features a classifier is trained.</summary>
    Encoder,

    /// <summary>The peak learning rate, of which several are tried.</summary>
    PeakRate,
}

/// <summary>A constant of a step. A closed union: <see cref="Match{T}"/> has one parameter for each case.</summary>
public abstract record StepConstant
{
    private StepConstant() { }

    /// <summary>Calls the function for the case that this constant is.</summary>
    public T Match<T>(Func<Whole, T> whole, Func<Real, T> real) =>
        this switch
        {
            Whole constant => whole(constant),
            Real constant => real(constant),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(StepConstant)}."),
        };

    /// <summary>A whole number.</summary>
    /// <param name="Name">Its name: <c>TotalSteps</c>.</param>
    /// <param name="Value">The number.</param>
    /// <param name="From">The formula that gave it, with its numbers; null if there is none.</param>
    public sealed record Whole(string Name, int Value, string? From = null) : StepConstant;

    /// <summary>A real number.</summary>
    /// <param name="Name">Its name: <c>PeakRate</c>.</param>
    /// <param name="Value">The number.</param>
    /// <param name="From">The formula that gave it, with its numbers; null if there is none.</param>
    public sealed record Real(string Name, double Value, string? From = null) : StepConstant;
}

namespace SimClrDsl.Generators.Emit;

/// <summary>What the code of a training step is made from: the parts that differ between stages.</summary>
internal sealed record StepModel
{
    /// <summary>Class name: <c>PretrainStep</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Summary of the class, one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Class of the trained network; null for linear evaluation, which trains a classifier only.</summary>
    public required string? Network { get; init; }

    /// <summary>Type of a batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The lines of constants.</summary>
    public required IReadOnlyList<string> Constants { get; init; }

    /// <summary>The argument that the step is created with; null for none.</summary>
    public StepArgument? Argument { get; init; }

    /// <summary>The tensors that are made from a batch before the step begins.</summary>
    public required Input Input { get; init; }

    /// <summary>Lines that compute further inputs of the loss.</summary>
    public IReadOnlyList<Statement> Inputs { get; init; } = [];

    /// <summary>The loss function's inputs, besides parameters and statistics.</summary>
    public required IReadOnlyList<(string Type, string Name)> Loss { get; init; }

    /// <summary>Lines of the loss function.</summary>
    public required IReadOnlyList<string> LossBody { get; init; }

    /// <summary>The expression that the loss function returns.</summary>
    public required string LossResult { get; init; }

    /// <summary>Comment that says what the loss is.</summary>
    public required string LossComment { get; init; }

    /// <summary>The expression of the learning rate in a step.</summary>
    public required string Rate { get; init; }

    /// <summary>The optimizer's update.</summary>
    public required Update Update { get; init; }

    /// <summary>Functions that write further members of the class.</summary>
    public IReadOnlyList<Action<CodeWriter>> Members { get; init; } = [];

    /// <summary>Type of the trained parameters.</summary>
    public string Params => Network is null ? "Dense.Params" : $"{Network}.Params";

    /// <summary>Type of the running statistics.</summary>
    public string State => Network is null ? "NoState" : $"{Network}.State";

    /// <summary>Paths of the frozen parameters.</summary>
    public IReadOnlyList<string> FrozenPaths { get; init; } = [];

    /// <summary>State that the stage carries from step to step besides parameters, statistics and the optimizer's state.</summary>
    public IReadOnlyList<Carried> StageCarried { get; init; } = [];

    /// <summary>All state that is carried from step to step besides parameters, statistics and velocity.</summary>
    public IReadOnlyList<Carried> Carried => [.. StageCarried, .. Update.Carried];

    /// <summary>Expression of what the experiment trains with this step: the network, or the network with the carried state.</summary>
    public string Trainee => Carried.Count > 0 ? $"{Name}.Trainee" : $"{Network}.Model";

    /// <summary>Results of the loss function besides loss, statistics and metrics.</summary>
    public IReadOnlyList<(string Type, string Name)> LossExtras { get; init; } = [];

    /// <summary>The function that embeds a microbatch; null where the loss function runs the network itself.</summary>
    public Embedding? Embedding { get; init; }

    /// <summary>
    /// Expressions of the loss's inputs for one microbatch, where the step's loss is the mean over microbatches; null where the loss is
    /// computed on the whole batch.
    /// </summary>
    public IReadOnlyList<string>? PartInputs { get; init; }

    /// <summary>
    /// The crops that are prepared for a step, for each part of the batch; none where all images are decoded in memory.
    /// </summary>
    public IReadOnlyList<(string Part, IReadOnlyList<string> Crops)> PreparedCrops { get; init; } = [];

    /// <summary>Lines after the update.</summary>
    public IReadOnlyList<Statement> After { get; init; } = [];
}

/// <summary>An argument that a step is created with, such as the teacher.</summary>
/// <param name="Type">Type of the parameter.</param>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Words">What the argument is, for a summary.</param>
/// <param name="IsPeakRate">Whether it is the peak learning rate; otherwise the loss depends on it.</param>
internal sealed record StepArgument(string Type, string Name, string Words, bool IsPeakRate = false);

/// <summary>
/// The tensors that are made from a batch before a step begins. All randomness and file access of the step is here, and the shapes of the
/// tensors are the same in every step.
/// </summary>
/// <param name="Lines">Lines that make the tensors.</param>
/// <param name="Fields">Name, expression and shape in words of each tensor.</param>
internal sealed record Input(IReadOnlyList<Statement> Lines, IReadOnlyList<(string Name, string Value, string Words)> Fields);

/// <summary>The function that embeds one microbatch, where the loss is a function of the embeddings z of all microbatches.</summary>
/// <param name="Result">Types and names of its results: <c>Tensor Z</c> and so on.</param>
/// <param name="Body">Lines of the function.</param>
/// <param name="Returned">The expression that it returns.</param>
/// <param name="Comment">Comment on the function.</param>
/// <param name="Shape">Shape of the embeddings of all microbatches.</param>
internal sealed record Embedding(string Result, IReadOnlyList<string> Body, string Returned, string Comment, string Shape);

/// <summary>A part of the state that is carried from step to step besides parameters, statistics and velocity.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its property: <c>Memory</c>.</param>
/// <param name="Start">Expression of its value before the first step, from parameters p, statistics s and a key.</param>
/// <param name="Next">Expression of its value after the step.</param>
internal sealed record Carried(string Type, string Name, string Start, string Next)
{
    /// <summary>Placeholder for the type of the step's parameters.</summary>
    public const string Parameters = "Params";

    /// <summary>Whether its initial value is random, and so needs a key.</summary>
    public bool Random => Start.Contains("key");

    /// <summary>Its type in a given step.</summary>
    public string TypeIn(StepModel step) => Type == Parameters ? step.Params : Type;
}

namespace SimClrDsl.Generators.Emit;

/// <summary>A training step to be printed: the parts that differ from stage to stage.</summary>
/// <param name="Name">Class name: <c>PretrainStep</c>.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Params">Type of the trained parameters.</param>
/// <param name="State">Type of the running statistics.</param>
/// <param name="Batch">Type of a batch.</param>
/// <param name="Constants">Lines of folded constants.</param>
/// <param name="From">What the step is made with; null for nothing.</param>
/// <param name="Input">What is read of a batch before the step's own work begins.</param>
/// <param name="Inputs">Lines that make the loss's inputs of what was read.</param>
/// <param name="Loss">The loss function's inputs, besides parameters and statistics.</param>
/// <param name="LossBody">Lines of the loss function.</param>
/// <param name="LossResult">What the loss function returns.</param>
/// <param name="LossComment">What the loss is.</param>
/// <param name="Rate">The expression of the learning rate of a step.</param>
/// <param name="Update">The call that makes the next parameters.</param>
/// <param name="Members">What prints its further members.</param>
internal sealed record StepModel(
    string Name,
    string Summary,
    string Params,
    string State,
    string Batch,
    IReadOnlyList<string> Constants,
    Given? From,
    Input Input,
    IReadOnlyList<Statement> Inputs,
    IReadOnlyList<(string Type, string Name)> Loss,
    IReadOnlyList<string> LossBody,
    string LossResult,
    string LossComment,
    string Rate,
    Update Update,
    IReadOnlyList<Action<CodeWriter>> Members
)
{
    /// <summary>Paths of parameters that stay as they are.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>What the stage carries on besides parameters, statistics and what its optimizer does.</summary>
    public IReadOnlyList<Carried> Extra { get; init; } = [];

    /// <summary>What the step carries on besides parameters, statistics and momentum.</summary>
    public IReadOnlyList<Carried> Carried => [.. Extra, .. Update.Carried];

    /// <summary>What the loss function returns besides statistics and metrics, by name.</summary>
    public IReadOnlyList<(string Type, string Name)> Rest { get; init; } = [];

    /// <summary>How a microbatch is embedded; null where the whole batch goes through the network at once, within the loss.</summary>
    public Embedding? Embedding { get; init; }

    /// <summary>
    /// The loss's inputs, made of a part of what was read; null where the loss is one of the whole batch. The step's loss is then the mean of
    /// its parts'.
    /// </summary>
    public IReadOnlyList<string>? Part { get; init; }

    /// <summary>The crops that the step makes, and of which part of the batch; none where images lie decoded in memory.</summary>
    public IReadOnlyList<(string Part, IReadOnlyList<string> Crops)> Prepared { get; init; } = [];

    /// <summary>Lines after the update.</summary>
    public IReadOnlyList<Statement> After { get; init; } = [];
}

/// <summary>Something a step is made with.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its parameter.</param>
/// <param name="Words">What it is.</param>
/// <param name="OfRate">Whether the learning rate depends on it, else what is learned does.</param>
internal sealed record Given(string Type, string Name, string Words, bool OfRate = false);

/// <summary>The tensors that a step reads of its batch: of the same shapes in every step, made by whatever is random or depends on files.</summary>
/// <param name="Lines">Lines that make them.</param>
/// <param name="Fields">Their names, the expression of each, and its shape in words.</param>
internal sealed record Input(IReadOnlyList<Statement> Lines, IReadOnlyList<(string Name, string Value, string Words)> Fields);

/// <summary>What a step does with one microbatch at a time; its loss is then a function of the embeddings z of all.</summary>
/// <param name="Result">Types of what it returns: <c>Tensor Z</c> and so on.</param>
/// <param name="Body">Lines of the function.</param>
/// <param name="Returned">What it returns.</param>
/// <param name="Comment">What it is.</param>
/// <param name="Shape">Shape of the embeddings of all microbatches.</param>
internal sealed record Embedding(string Result, IReadOnlyList<string> Body, string Returned, string Comment, string Shape);

/// <summary>Something a step carries from one state to the next besides parameters, statistics and momentum.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its property: <c>Memory</c>.</param>
/// <param name="Start">Expression of its value before the first step, from parameters p, statistics s and a key.</param>
/// <param name="Next">Expression of its value after the step.</param>
internal sealed record Carried(string Type, string Name, string Start, string Next)
{
    /// <summary>Stands for the type of the step's parameters.</summary>
    public const string Parameters = "Params";

    /// <summary>Whether its start needs a key.</summary>
    public bool Random => Start.Contains("key");

    public string TypeIn(StepModel step) => Type == Parameters ? step.Params : Type;
}

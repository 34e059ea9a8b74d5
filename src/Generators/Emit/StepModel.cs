namespace SimClrDsl.Generators.Emit;

/// <summary>A training step to be printed: the parts that differ from stage to stage.</summary>
internal sealed record StepModel
{
    /// <summary>Class name: <c>PretrainStep</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Summary { get; init; }

    /// <summary>Class of the network that is trained; null for the classifier of linear evaluation.</summary>
    public required string? Network { get; init; }

    /// <summary>Type of a batch.</summary>
    public required string Batch { get; init; }

    /// <summary>Lines of folded constants.</summary>
    public required IReadOnlyList<string> Constants { get; init; }

    /// <summary>What the step is made with; null for nothing.</summary>
    public Given? From { get; init; }

    /// <summary>What is read of a batch before the step's own work begins.</summary>
    public required Input Input { get; init; }

    /// <summary>Lines that make the loss's inputs of what was read.</summary>
    public IReadOnlyList<Statement> Inputs { get; init; } = [];

    /// <summary>The loss function's inputs, besides parameters and statistics.</summary>
    public required IReadOnlyList<(string Type, string Name)> Loss { get; init; }

    /// <summary>Lines of the loss function.</summary>
    public required IReadOnlyList<string> LossBody { get; init; }

    /// <summary>What the loss function returns.</summary>
    public required string LossResult { get; init; }

    /// <summary>What the loss is.</summary>
    public required string LossComment { get; init; }

    /// <summary>The expression of the learning rate of a step.</summary>
    public required string Rate { get; init; }

    /// <summary>The call that makes the next parameters.</summary>
    public required Update Update { get; init; }

    /// <summary>What prints its further members.</summary>
    public IReadOnlyList<Action<CodeWriter>> Members { get; init; } = [];

    /// <summary>Type of the trained parameters.</summary>
    public string Params => Network is null ? "Dense.Params" : $"{Network}.Params";

    /// <summary>Type of the running statistics.</summary>
    public string State => Network is null ? "NoState" : $"{Network}.State";

    /// <summary>Paths of parameters that stay as they are.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>What the stage carries on besides parameters, statistics and what its optimizer does.</summary>
    public IReadOnlyList<Carried> Extra { get; init; } = [];

    /// <summary>What the step carries on besides parameters, statistics and momentum.</summary>
    public IReadOnlyList<Carried> Carried => [.. Extra, .. Update.Carried];

    /// <summary>What the experiment trains with this step: the network, or the network with what is carried beside it.</summary>
    public string Trainee => Carried.Count > 0 ? $"{Name}.Trainee" : $"{Network}.Model";

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

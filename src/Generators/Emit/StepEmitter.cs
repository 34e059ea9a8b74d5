namespace SimClrDsl.Generators.Emit;

/// <summary>A training step to be printed: the parts that differ from stage to stage.</summary>
/// <param name="Name">Class name: <c>PretrainStep</c>.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Params">Type of the trained parameters.</param>
/// <param name="State">Type of the running statistics.</param>
/// <param name="Batch">Type of a batch.</param>
/// <param name="Constants">Lines of folded constants.</param>
/// <param name="From">What the step is made with besides the state; null for nothing.</param>
/// <param name="Inputs">Lines that make the loss's inputs from the batch.</param>
/// <param name="Loss">The loss function's inputs, besides parameters and statistics.</param>
/// <param name="LossBody">Lines of the loss function.</param>
/// <param name="LossResult">What the loss function returns.</param>
/// <param name="LossComment">What the loss is.</param>
/// <param name="Rate">The line that computes the rate.</param>
/// <param name="Update">The call that makes the next parameters.</param>
/// <param name="Members">What prints its further members.</param>
internal sealed record StepModel(
    string Name,
    string Summary,
    string Params,
    string State,
    string Batch,
    IReadOnlyList<string> Constants,
    (string Type, string Name, string Words)? From,
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

    /// <summary>The crops that the step makes, and of which part of the batch; none where images lie decoded in memory.</summary>
    public IReadOnlyList<(string Part, IReadOnlyList<string> Crops)> Prepared { get; init; } = [];

    /// <summary>Lines after the update.</summary>
    public IReadOnlyList<Statement> After { get; init; } = [];
}

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

/// <summary>Prints a stage's step: constants, step, what it augments with, loss.</summary>
internal static class StepEmitter
{
    public static void Emit(CodeWriter writer, StepModel step)
    {
        writer.Blank();
        writer.Summary(step.Summary);
        using (writer.Block($"public static class {step.Name}"))
        {
            foreach (var constant in step.Constants)
            {
                writer.Line(constant);
            }

            writer.Blank();
            if (step.Frozen.Count > 0)
            {
                writer.Line("// Parameters under these paths stay as they are.");
                writer.Bracketed(
                    "private static readonly string[] Frozen =",
                    "[",
                    [.. step.Frozen.Select(static path => $"\"{path}\"")],
                    "];"
                );
                writer.Blank();
            }

            if (step.Carried.Count > 0)
            {
                EmitCarried(writer, step);
                writer.Blank();
            }

            EmitStep(writer, step);
            if (step.Prepared.Count > 0)
            {
                writer.Blank();
                EmitPrepare(writer, step);
            }

            foreach (var member in step.Members)
            {
                writer.Blank();
                member(writer);
            }

            writer.Blank();
            if (step.Embedding is { } embedding)
            {
                EmitEmbed(writer, step, embedding);
                writer.Blank();
            }

            EmitLoss(writer, step);
        }
    }

    // The statistics keep their paths, and with them their names in checkpoints, whatever else is carried.
    private static void EmitCarried(CodeWriter writer, StepModel step)
    {
        var parts = step.Carried.Select(part => $"{part.TypeIn(step)} {part.Name}");
        writer.Summary("What the step carries on besides parameters and momentum.");
        using (writer.Block("public sealed record Carried(", [$"{step.State} Network", .. parts], ") : ITree<Carried>"))
        {
            var walks = step.Carried.Select(static part => $"{part.Name}.Map(path / \"{Names.Snake(part.Name)}\", map)");
            writer.Arrow("public Carried Map(LeafPath path, LeafMap map)", "new(", ["Network.Map(path, map)", .. walks]);
        }

        writer.Blank();
        writer.Summary("What is carried into the first step.");
        var key = step.Carried.Any(static part => part.Random) ? ", Key key" : "";
        writer.Arrow(
            $"public static Carried Carry({step.Params} p, {step.State} s{key})",
            "new(",
            ["s", .. step.Carried.Select(static part => part.Start)]
        );
    }

    private static void EmitStep(CodeWriter writer, StepModel step)
    {
        var state = $"TrainState<{step.Params}, {(step.Carried.Count > 0 ? "Carried" : step.State)}>";
        string[] parameters = [$"{state} state", $"{step.Batch} batch", "Key key"];
        if (step.From is { } from)
        {
            writer.Summary($"The step with {from.Words}.");
            writer.Arrow(
                $"public static Step<{state}, {step.Batch}> With({from.Type} {from.Name})",
                $"(state, batch, key) => Step({from.Name}, state, batch, key",
                []
            );
            writer.Blank();
            EmitBody(writer, step, $"private static ({state} Next, StepMetrics Out) Step(", [$"{from.Type} {from.Name}", .. parameters]);
        }
        else
        {
            EmitBody(writer, step, $"public static ({state} Next, StepMetrics Out) Step(", parameters);
        }
    }

    private static void EmitBody(CodeWriter writer, StepModel step, string header, IReadOnlyList<string> parameters)
    {
        using (writer.Block(header, parameters))
        {
            var carried = string.Concat(step.Carried.Select(static part => $", {Names.Camel(part.Name)}"));
            writer.Line(
                $"var (p, {(carried.Length > 0 ? $"(s{carried})" : "s")}, velocity, step) = state.Consume(by: nameof({step.Name}));"
            );
            foreach (var statement in step.Inputs)
            {
                writer.Statement(statement);
            }

            var rest = string.Concat(step.Rest.Select(static part => $", {part.Name}"));
            writer.Line($"var (gradients, (next, metrics{rest})) = {Gradients(step)};");
            if (step.Update.Gradients is { } gradients)
            {
                writer.Line(gradients);
            }

            writer.Line(step.Rate);
            writer.Separated(step.Update.Open, step.Update.Arguments, ");");
            foreach (var statement in step.After.Concat(step.Update.After.Select(static line => (Statement)line)))
            {
                writer.Statement(statement);
            }

            EmitReturn(writer, step);
        }
    }

    private static string Gradients(StepModel step)
    {
        var inputs = string.Join(", ", step.Loss.Select(static input => input.Name));
        return step switch
        {
            { Embedding: null, Frozen.Count: 0 } => $"Gradient.Of(p, tracked => Loss(tracked, s, {inputs}))",
            { Embedding: null } => $"Gradient.Of(p, Frozen, tracked => Loss(tracked, s, {inputs}))",
            { Loss.Count: 1 } => "Gradient.OfMicrobatches(p, s, views, Embed, Loss)",
            _ => $"Gradient.OfMicrobatches(p, s, views, Embed, z => Loss({inputs}))",
        };
    }

    private static void EmitPrepare(CodeWriter writer, StepModel step)
    {
        writer.Summary("Makes the crops that the step will ask for, while the one before it runs.");
        using (writer.Block($"public static void Prepare({step.Batch} batch, Key key)"))
        {
            foreach (var (part, crops) in step.Prepared)
            {
                writer.Separated($"{part}.Images.Prepare(", crops, ");");
            }
        }
    }

    // What is carried gets a line of its own where it is much.
    private static void EmitReturn(CodeWriter writer, StepModel step)
    {
        static string Return(string statistics) =>
            $"return (new(pNext, {statistics}, velocityNext, step + 1), metrics with {{ Rate = rate }});";

        string[] parts = ["next", .. step.Carried.Select(static part => part.Next)];
        var line = Return(parts.Length == 1 ? "next" : $"new({string.Join(", ", parts)})");
        if (writer.Fits(line))
        {
            writer.Line(line);
            return;
        }

        writer.Separated("var carried = new Carried(", parts, ");");
        writer.Line(Return("carried"));
    }

    private static void EmitEmbed(CodeWriter writer, StepModel step, Embedding embedding)
    {
        writer.Line($"// {embedding.Comment}");
        using (writer.Block($"private static ({embedding.Result}) Embed(", [$"{step.Params} p", $"{step.State} s", "Tensor views"]))
        {
            foreach (var line in embedding.Body)
            {
                writer.Line(line);
            }

            writer.Line($"return {embedding.Returned};");
        }
    }

    private static void EmitLoss(CodeWriter writer, StepModel step)
    {
        var inputs = step.Loss.Select(static input => $"{input.Type} {input.Name}");
        var (result, parameters) = step.Embedding is null
            ? (
                $"({step.State}, StepMetrics{string.Concat(step.Rest.Select(static part => $", {part.Type}"))})",
                [$"{step.Params} p", $"{step.State} s", .. inputs]
            )
            : ("StepMetrics", inputs.ToArray());
        writer.Line($"// {step.LossComment}");
        if (step.Embedding is { } embedding)
        {
            writer.Line($"// z: {embedding.Shape}");
        }

        using (writer.Block($"private static LossOf<{result}> Loss(", parameters))
        {
            foreach (var line in step.LossBody)
            {
                writer.Line(line);
            }

            writer.Line($"return {step.LossResult};");
        }
    }
}

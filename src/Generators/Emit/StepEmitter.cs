namespace SimClrDsl.Generators.Emit;

/// <summary>Writes the class of a training step: constants, the step, its input, its update and its loss.</summary>
internal static class StepEmitter
{
    public static void Emit(CodeWriter writer, StepModel step)
    {
        writer.Blank();
        writer.Summary(step.Summary);
        using (writer.Block($"public static partial class {step.Name}"))
        {
            foreach (var constant in step.Constants)
            {
                writer.Line(constant);
            }

            writer.Blank();
            if (step.FrozenPaths.Count > 0)
            {
                writer.Line("// Parameters under these paths stay as they are.");
                writer.Bracketed(
                    "private static readonly string[] Frozen =",
                    "[",
                    [.. step.FrozenPaths.Select(static path => $"\"{path}\"")],
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
            writer.Blank();
            EmitRead(writer, step);
            if (step.PreparedCrops.Count > 0)
            {
                writer.Blank();
                EmitPrepare(writer, step);
            }

            writer.Blank();
            EmitLearn(writer, step);
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

    private static void EmitCarried(CodeWriter writer, StepModel step)
    {
        var parts = step.Carried.Select(part => $"{part.TypeIn(step)} {part.Name}");
        writer.Summary("What the step carries on besides parameters and momentum.");
        writer.Separated("public sealed partial record Carried(", [$"{step.State} Network", .. parts], ");");
        writer.Blank();
        writer.Summary("The network, with what the step carries on beside it.");
        var random = step.Carried.Any(static part => part.Random);
        var weights = step.Carried.Any(static part => part.Name == OptimizerParts.AverageName) ? $"s.{OptimizerParts.AverageName}" : "p";
        writer.Arrow(
            $"public static Trainee<{step.Params}, {step.State}, Carried> Trainee",
            "new(",
            [$"{step.Network}.Model", random ? "Carry" : "(p, s, _) => Carry(p, s)", $"(p, s) => new({weights}, s.Network)"]
        );
        writer.Blank();
        writer.Summary("What is carried into the first step.");
        writer.Arrow(
            $"public static Carried Carry({step.Params} p, {step.State} s{(random ? ", Key key" : "")})",
            "new(",
            ["s", .. step.Carried.Select(static part => part.Start)]
        );
    }

    private static string Statistics(StepModel step) => step.Carried.Count > 0 ? "Carried" : step.State;

    private static void EmitStep(CodeWriter writer, StepModel step)
    {
        var types = $"{step.Params}, {Statistics(step)}, {step.Batch}";
        var rate = step.Argument is { IsPeakRate: true } peak ? $"step => Rate(step, {peak.Name})" : "Rate";
        var learn = step.Argument is { IsPeakRate: false } given
            ? $"(state, input, rate) => Learn({given.Name}, state, input, rate)"
            : "Learn";
        var (close, prepare) = step.PreparedCrops.Count > 0 ? (") { Prepare = Prepare };", "") : (");", "");
        if (step.Argument is { } from)
        {
            writer.Summary($"The step with {from.Words}.");
            writer.Arrow(
                $"public static Step<{types}, Input> With({from.Type} {from.Name})",
                "new(",
                ["Read", learn, rate, "Batch", "TotalSteps"],
                close
            );
        }
        else
        {
            writer.Summary("The step: it reads a batch, then learns from what it read.");
            writer.Arrow($"public static Step<{types}, Input> Step", "new(", ["Read", learn, rate, "Batch", "TotalSteps"], close);
        }

        writer.Blank();
        writer.Summary("The learning rate after so many steps.");
        writer.Arrow(
            $"public static double Rate(int step{(step.Argument is { IsPeakRate: true } of ? $", {of.Type} {of.Name}" : "")})",
            step.Rate,
            [],
            ";"
        );
    }

    private static void EmitRead(CodeWriter writer, StepModel step)
    {
        var fields = step.Input.Fields;
        writer.Summary($"What a step reads: {string.Join("; ", fields.Select(static field => $"{field.Name}, {field.Words}"))}.");
        var properties = fields.Select(static field => $"Tensor {Names.Pascal(field.Name)}");
        writer.Line($"public sealed partial record Input({string.Join(", ", properties)});");

        writer.Blank();
        writer.Summary("What a step reads of its batch.");
        var made = $"new({string.Join(", ", fields.Select(static field => field.Value))}";
        if (step.Input.Lines.Count == 0)
        {
            writer.Arrow($"public static Input Read({step.Batch} batch, Key key)", made, []);
            return;
        }

        using (writer.Block($"public static Input Read({step.Batch} batch, Key key)"))
        {
            foreach (var line in step.Input.Lines)
            {
                writer.Statement(line);
            }

            writer.Line($"return {made});");
        }
    }

    private static void EmitLearn(CodeWriter writer, StepModel step)
    {
        var state = $"TrainState<{step.Params}, {Statistics(step)}>";
        var given = step.Argument is { IsPeakRate: false } from ? $"{from.Type} {from.Name}" : null;
        string[] parameters = [.. given is null ? Array.Empty<string>() : [given], $"{state} state", "Input input", "double rate"];
        writer.Line("// Nothing here is random or depends on files.");
        using (writer.Block($"private static ({state} Next, StepMetrics Out) Learn(", parameters))
        {
            var carried = string.Concat(step.Carried.Select(static part => $", {Names.Camel(part.Name)}"));
            writer.Line(
                $"var (p, {(carried.Length > 0 ? $"(s{carried})" : "s")}, velocity, step) = state.Consume(by: nameof({step.Name}));"
            );
            if (step.PartInputs is { } made)
            {
                EmitMean(writer, step, made);
            }
            else
            {
                EmitWhole(writer, step);
            }

            if (step.Update.Gradients is { } gradients)
            {
                writer.Line(gradients);
            }

            writer.Separated(step.Update.Open, step.Update.Arguments, ");");
            foreach (var statement in step.After.Concat(step.Update.After.Select(static line => (Statement)line)))
            {
                writer.Statement(statement);
            }

            EmitReturn(writer, step);
        }
    }

    // Writes the gradients of a loss that is computed on the whole batch.
    private static void EmitWhole(CodeWriter writer, StepModel step)
    {
        var fields = step.Input.Fields;
        writer.Line(
            fields.Count == 1
                ? $"var {fields[0].Name} = input.{Names.Pascal(fields[0].Name)};"
                : $"var ({string.Join(", ", fields.Select(static field => field.Name))}) = input;"
        );
        foreach (var statement in step.Inputs)
        {
            writer.Statement(statement);
        }

        var rest = string.Concat(step.LossExtras.Select(static part => $", {part.Name}"));
        writer.Line($"var (gradients, (next, metrics{rest})) = {Gradients(step)};");
    }

    // Writes the gradients of a loss that is the mean over microbatches.
    private static void EmitMean(CodeWriter writer, StepModel step, IReadOnlyList<string> made) =>
        writer.Separated(
            "var (gradients, (next, metrics)) = Gradient.OfMean(",
            [
                "p",
                .. step.FrozenPaths.Count == 0 ? Array.Empty<string>() : ["Frozen"],
                "input",
                "parts: Batch / Microbatch",
                $"(tracked, part) => Loss(tracked, s, {string.Join(", ", made)})",
            ],
            ");"
        );

    private static string Gradients(StepModel step)
    {
        var inputs = string.Join(", ", step.Loss.Select(static input => input.Name));
        return step switch
        {
            { Embedding: null, FrozenPaths.Count: 0 } => $"Gradient.Of(p, tracked => Loss(tracked, s, {inputs}))",
            { Embedding: null } => $"Gradient.Of(p, Frozen, tracked => Loss(tracked, s, {inputs}))",
            { Loss.Count: 1 } => "Gradient.OfMicrobatches(p, s, parts, Embed, Loss)",
            _ => $"Gradient.OfMicrobatches(p, s, parts, Embed, z => Loss({inputs}))",
        };
    }

    private static void EmitPrepare(CodeWriter writer, StepModel step)
    {
        writer.Summary("Makes the crops that the step will ask for, while the one before it runs.");
        using (writer.Block($"public static void Prepare({step.Batch} batch, Key key)"))
        {
            foreach (var (part, crops) in step.PreparedCrops)
            {
                writer.Separated($"{part}.Images.Prepare(", crops, ");");
            }
        }
    }

    // If the return statement is too long for one line, the carried state gets a variable.
    private static void EmitReturn(CodeWriter writer, StepModel step)
    {
        static string Return(string statistics) => $"return (new(pNext, {statistics}, velocityNext, step + 1), metrics);";

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
                $"({step.State}, StepMetrics{string.Concat(step.LossExtras.Select(static part => $", {part.Type}"))})",
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

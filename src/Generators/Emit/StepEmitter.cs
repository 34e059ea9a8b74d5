using SimClrDsl.Planning.Steps;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Writes the class of a training step: constants, the step, its input, its update and its loss.</summary>
internal static class StepEmitter
{
    public static void Emit(CodeWriter writer, StepCode step)
    {
        writer.Blank();
        writer.Summary(step.Summary);
        using (writer.Block($"public static partial class {step.Name}"))
        {
            foreach (var constant in step.Plan.Constants)
            {
                writer.Line(Constant(constant));
            }

            writer.Blank();
            if (step.Plan.FrozenPaths.Count > 0)
            {
                EmitFrozenPaths(writer, step.Plan.FrozenPaths);
                writer.Blank();
            }

            if (step.Carries)
            {
                EmitCarried(writer, step);
                writer.Blank();
            }

            EmitStep(writer, step);
            writer.Blank();
            EmitRead(writer, step);
            if (step.Plan.Prepares.Count > 0)
            {
                writer.Blank();
                EmitPrepare(writer, step);
            }

            writer.Blank();
            EmitLearn(writer, step);
            foreach (var member in step.Plan.Members)
            {
                writer.Blank();
                MemberCode.Emit(writer, member, step);
            }

            writer.Blank();
            if (step.Plan.Embedding is { } embedding)
            {
                EmitEmbed(writer, step, embedding);
                writer.Blank();
            }

            EmitLoss(writer, step);
        }
    }

    private static string Constant(StepConstant constant) =>
        constant.Match(
            whole: static number => $"public const int {number.Name} = {number.Value};{From(number.From)}",
            real: static number => $"public const double {number.Name} = {Literal.Of(number.Value)};{From(number.From)}"
        );

    private static string From(string? formula) => formula is null ? "" : $" // {formula}";

    private static void EmitFrozenPaths(CodeWriter writer, Sequence<string> paths)
    {
        writer.Line("// Parameters under these paths stay as they are.");
        writer.Bracketed("private static readonly string[] FrozenPaths =", "[", [.. paths.Select(static path => $"\"{path}\"")], "];");
    }

    private static void EmitCarried(CodeWriter writer, StepCode step)
    {
        var carried = step.Carried;
        var random = carried.Any(static part => part.IsRandom);
        writer.Summary("What the step hands to the next one besides parameters and momentum.");
        writer.Separated(
            "public sealed partial record Carried(",
            [$"{step.State} Network", .. carried.Select(static part => $"{part.Type} {part.Name}")],
            ");"
        );
        writer.Blank();
        writer.Summary("The network, with what the step carries besides it.");
        writer.Arrow(
            $"public static Trainee<{step.Params}, {step.State}, Carried> Trainee",
            "new(",
            [
                $"{step.Network}.Model",
                random ? "Carry" : "(p, s, _) => Carry(p, s)",
                $"(p, s) => new({(step.Plan.HandsOnAverage ? "s.Average" : "p")}, s.Network)",
            ]
        );
        writer.Blank();
        writer.Summary("What is carried into the first step.");
        writer.Arrow(
            $"public static Carried Carry({step.Params} p, {step.State} s{(random ? ", Key key" : "")})",
            "new(",
            ["s", .. carried.Select(static part => part.Start)]
        );
    }

    // A step that is created with an argument is a function of it.
    private static void EmitStep(CodeWriter writer, StepCode step)
    {
        var type = $"Step<{step.Params}, {step.Statistics}, {step.Batch}, Input>";
        var (summary, signature, learn, rate) = step.Plan.Argument switch
        {
            StepArgument.Teacher => (
                "The step with a frozen teacher.",
                "With(Frozen teacher)",
                "(state, input, rate) => Learn(teacher, state, input, rate)",
                "Rate"
            ),
            StepArgument.Encoder => (
                "The step with a frozen encoder.",
                "With(Frozen encoder)",
                "(state, input, rate) => Learn(encoder, state, input, rate)",
                "Rate"
            ),
            StepArgument.PeakRate => (
                "The step with one of the learning rates that are tried.",
                "With(double peakRate)",
                "Learn",
                "step => Rate(step, peakRate)"
            ),
            _ => ("The step: Read makes its input from a batch, then Learn updates the network.", "Step", "Learn", "Rate"),
        };
        writer.Summary(summary);
        writer.Arrow(
            $"public static {type} {signature}",
            "new(",
            ["Read", learn, rate, "Batch", "TotalSteps"],
            step.Plan.Prepares.Count > 0 ? ") { Prepare = Prepare };" : ");"
        );
        writer.Blank();
        EmitRate(writer, step.Plan);
    }

    private static void EmitRate(CodeWriter writer, StepPlan plan)
    {
        var (argument, peak) = plan.Argument == StepArgument.PeakRate ? (", double peakRate", "peakRate") : ("", "PeakRate");
        writer.Summary("The learning rate after so many steps.");
        writer.Arrow(
            $"public static double Rate(int step{argument})",
            plan.Schedule == Schedule.Cosine
                ? $"LearningRate.Cosine(step, TotalSteps, WarmupSteps, {peak})"
                : $"LearningRate.Constant(step, WarmupSteps, {peak})",
            [],
            ";"
        );
    }

    private static void EmitRead(CodeWriter writer, StepCode step)
    {
        var inputs = step.Plan.Reads.Select(static input => (input.Name, Code: InputCode.Of(input))).ToList();
        writer.Summary($"The input of a step: {string.Join("; ", inputs.Select(static input => $"{input.Name}, {input.Code.Words}"))}.");
        var properties = inputs.Select(static input => $"Tensor {Names.Pascal(input.Name)}");
        writer.Line($"public sealed partial record Input({string.Join(", ", properties)});");

        writer.Blank();
        writer.Summary("Makes the input of a step from its batch; what is random is drawn from the key.");
        var header = $"public static Input Read({step.Batch} batch, Key key)";
        var made = $"new({string.Join(", ", inputs.Select(static input => input.Code.Value))}";
        var lines = inputs.SelectMany(static input => input.Code.Lines).ToList();
        if (lines.Count == 0)
        {
            writer.Arrow(header, made, []);
            return;
        }

        using (writer.Block(header))
        {
            lines.ForEach(writer.Statement);
            writer.Line($"return {made});");
        }
    }

    private static void EmitPrepare(CodeWriter writer, StepCode step)
    {
        writer.Summary("Makes the crops that the step will ask for, while the one before it runs.");
        using (writer.Block($"public static void Prepare({step.Batch} batch, Key key)"))
        {
            foreach (var prepared in step.Plan.Prepares)
            {
                writer.Statement(InputCode.Prepare(prepared));
            }
        }
    }

    private static void EmitLearn(CodeWriter writer, StepCode step)
    {
        var state = $"TrainState<{step.Params}, {step.Statistics}>";
        string[] given = step.Plan.Argument switch
        {
            StepArgument.Teacher => ["Frozen teacher"],
            StepArgument.Encoder => ["Frozen encoder"],
            _ => [],
        };
        var statistics = step.Carries ? $"(s, {string.Join(", ", step.Carried.Select(static part => part.Variable))})" : "s";
        writer.Line("// One update from an input. Nothing here is random or depends on files.");
        using (
            writer.Block(
                $"private static ({state} Next, StepMetrics Out) Learn(",
                [.. given, $"{state} state", "Input input", "double rate"]
            )
        )
        {
            writer.Line($"var (p, {statistics}, velocity, step) = state.Consume(by: nameof({step.Name}));");
            foreach (var statement in step.Plan.Learn.SelectMany(action => ActionCode.Of(action, step)))
            {
                writer.Statement(statement);
            }

            EmitReturn(writer, step);
        }
    }

    // If the return statement is too long for one line, the carried state gets a variable.
    private static void EmitReturn(CodeWriter writer, StepCode step)
    {
        static string Return(string statistics) => $"return (new(pNext, {statistics}, velocityNext, step + 1), metrics);";

        string[] parts = ["next", .. step.Carried.Select(static part => part.Next)];
        var line = Return(step.Carries ? $"new({string.Join(", ", parts)})" : "next");
        if (writer.Fits(line))
        {
            writer.Line(line);
            return;
        }

        writer.Separated("var carried = new Carried(", parts, ");");
        writer.Line(Return("carried"));
    }

    private static void EmitEmbed(CodeWriter writer, StepCode step, EmbeddingPlan embedding)
    {
        var (type, features) = embedding.Features ? (", Tensor Features", ", features") : ("", "");
        writer.Line("// The projections of one microbatch, by which its batch norms normalise.");
        using (
            writer.Block(
                $"private static (Tensor Z, {step.State} Next{type}) Embed(",
                [$"{step.Params} p", $"{step.State} s", "Tensor views"]
            )
        )
        {
            EmitPasses(writer, embedding.Passes, step);
            writer.Line($"return (z, next{features});");
        }
    }

    private static void EmitLoss(CodeWriter writer, StepCode step)
    {
        var loss = step.Plan.Loss;
        writer.Line($"// {LossCode.Comment(loss.Objective)}");
        if (step.Plan.Embedding is { } embedding)
        {
            writer.Line($"// z: [{embedding.Embeddings}, {embedding.Width}]");
        }

        using (
            writer.Block(
                $"private static LossOf<{LossCode.ReturnType(step)}> Loss(",
                [
                    .. loss.Passes.Count > 0 ? [$"{step.Params} p", $"{step.State} s"] : Array.Empty<string>(),
                    .. loss.Inputs.Select(static input => $"Tensor {input}"),
                ]
            )
        )
        {
            EmitPasses(writer, loss.Passes, step);
            foreach (var line in LossCode.Objective(loss))
            {
                writer.Statement(line);
            }
        }
    }

    private static void EmitPasses(CodeWriter writer, Sequence<NetworkPass> passes, StepCode step)
    {
        foreach (var line in passes.SelectMany(pass => PassCode.Of(pass, step)))
        {
            writer.Statement(line);
        }
    }
}

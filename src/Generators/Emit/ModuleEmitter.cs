namespace SimClrDsl.Generators.Emit;

/// <summary>Writes the class of a module: parameters, statistics, initialisation and forward function, in this order.</summary>
internal static class ModuleEmitter
{
    public static void Emit(CodeWriter writer, Module module)
    {
        writer.Blank();
        writer.Summary(module.Summary);
        using (writer.Block($"public static partial class {module.Name}"))
        {
            EmitRecord(writer, "Params", [.. module.Members.Select(static member => $"{member.Params} {member.Name}")]);
            writer.Blank();
            EmitRecord(writer, "State", [.. module.Stateful.Select(static member => $"{member.State} {member.Name}")]);
            writer.Blank();
            writer.Arrow(
                "public static Params Init(Key key)",
                "new(",
                [.. module.Members.Select(static member => $"{member.Name}: {member.Init}")]
            );
            writer.Blank();
            EmitForward(writer, module);
            if (module.InferSummary is { } summary)
            {
                writer.Blank();
                writer.Summary(summary);
                writer.Arrow("public static Tensor Infer(Params p, State s, Tensor x)", "Forward(p, s, x, Phase.Infer", [], ").Y;");
            }
        }
    }

    private static void EmitRecord(CodeWriter writer, string name, IReadOnlyList<string> members) =>
        writer.Separated($"public sealed partial record {name}(", members, ");");

    private static void EmitForward(CodeWriter writer, Module module)
    {
        writer.Line($"// x: {module.Input}");
        var type = module.IsBlock ? "Activation" : "Tensor";
        using (writer.Block($"public static ({type} Y, State Next) Forward(Params p, State s, {type} x, Phase phase)"))
        {
            foreach (var line in module.Forward)
            {
                writer.Line(line);
            }

            EmitReturn(writer, module);
        }
    }

    // If the return statement is too long for one line, the next statistics get a variable.
    private static void EmitReturn(CodeWriter writer, Module module)
    {
        string[] next = [.. module.Stateful.Select(static member => member.Next)];
        var line = $"return ({module.Result}, new({string.Join(", ", next)}));";
        if (writer.Fits(line))
        {
            writer.Line(line);
            return;
        }

        writer.Separated("var next = new State(", next, ");");
        writer.Line($"return ({module.Result}, next);");
    }
}

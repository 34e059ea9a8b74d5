using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Writes the code that needs no review: tree maps of records, statistics before the first batch, the spec as a value.</summary>
internal static class TreeEmitter
{
    public static void Emit(CodeWriter writer, Module module)
    {
        writer.Blank();
        using (writer.Block($"public static partial class {module.Name}"))
        {
            EmitRecord(writer, "Params", [.. module.Members.Select(Walk)]);
            writer.Blank();
            EmitRecord(writer, "State", [.. module.Stateful.Select(Walk)]);
            writer.Blank();
            writer.Arrow("public static State Start(Params p)", "new(", [.. module.Stateful.Select(static member => member.Start)]);
            if (module.InferSummary is not null)
            {
                if (module.Encoder is { } encoder)
                {
                    writer.Blank();
                    writer.Summary("Features of the encoder under the running statistics.");
                    writer.Arrow(
                        "public static Tensor Features(Params p, State s, Tensor x)",
                        $"{encoder}.Infer(",
                        ["p.Encoder", "s.Encoder", "x"]
                    );
                }

                writer.Blank();
                writer.Summary("The network as a value.");
                var features = module.Encoder is null ? "Infer" : "Features";
                writer.Line($"public static Model<Params, State> Model {{ get; }} = new(Init, Start, Forward, Infer, {features});");
            }
        }
    }

    public static void Emit(CodeWriter writer, StepCode step)
    {
        writer.Blank();
        using (writer.Block($"public static partial class {step.Name}"))
        {
            EmitRecord(
                writer,
                "Input",
                [.. step.Plan.Reads.Select(static input => $"map.Input(path / \"{input.Name}\", {Names.Pascal(input.Name)})")]
            );
            if (step.Carries)
            {
                writer.Blank();
                // The statistics have the same paths, and so the same names in checkpoints, as in a step that carries nothing else.
                EmitRecord(writer, "Carried", ["Network.Map(path, map)", .. step.Carried.Select(static part => Walk(part.Name))]);
            }
        }
    }

    public static void EmitExperiment(CodeWriter writer, Spec spec)
    {
        writer.Blank();
        using (writer.Block("public sealed partial class Experiment"))
        {
            SpecEmitter.Emit(writer, spec);
            writer.Blank();
            using (writer.Block("public Frozen Untrained(Key key)"))
            {
                writer.Line("var p = Encoder.Init(key);");
                writer.Line("var s = Encoder.Start(p);");
                writer.Line("return new(x => Encoder.Infer(p, s, x));");
            }
        }
    }

    private static string Walk(Member member) => Walk(member.Name);

    private static string Walk(string part) => $"{part}.Map(path / \"{Names.Snake(part)}\", map)";

    private static void EmitRecord(CodeWriter writer, string name, IReadOnlyList<string> parts)
    {
        using (writer.Block($"public sealed partial record {name} : ITree<{name}>"))
        {
            writer.Arrow($"public {name} Map(LeafPath path, LeafMap map)", "new(", parts);
        }
    }
}

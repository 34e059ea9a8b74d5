using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Code for the part of the network that fine-tuning freezes.</summary>
internal static class FrozenParts
{
    /// <summary>Paths in the tree of parameters under which all parameters are frozen.</summary>
    public static IReadOnlyList<string> Paths(FinetunePlan stage)
    {
        var encoder =
            stage.Freeze == Freeze.Encoder ? ["encoder"]
            : stage.Freeze == Freeze.None ? []
            : new[] { "encoder.stem" }
                .Concat(
                    Enumerable
                        .Range(1, stage.FrozenGroups)
                        .SelectMany(static g => new[] { $"encoder.group{g}_entry", $"encoder.group{g}_body" })
                )
                .ToArray();
        return [.. encoder, .. stage.FreezeHead ? Enumerable.Range(1, stage.FromHeadLayer).Select(static layer => $"layer{layer}") : []];
    }

    /// <summary>
    /// Whether the step has a forward function of its own, because the batch norms of the frozen part use their running statistics.
    /// </summary>
    public static bool HasOwnForward(FinetunePlan stage) =>
        stage is { Freeze: not Freeze.None, FrozenBatchNorm: FrozenBatchNorm.Inference };

    /// <summary>Writes the forward function in which the frozen part uses running statistics.</summary>
    public static void EmitForward(CodeWriter writer, Plan plan, FinetunePlan stage)
    {
        var phase = StepParts.Phase(plan);
        writer.Line("// The network with its frozen part at inference, whose statistics stay as they are.");
        using (
            writer.Block(
                "private static (Tensor Y, FinetunedNetwork.State Next) Forward(",
                ["FinetunedNetwork.Params p", "FinetunedNetwork.State s", "Tensor x"]
            )
        )
        {
            var next = stage.Freeze == Freeze.Encoder ? EmitWholeEncoder(writer, plan) : EmitEncoderByGroups(writer, plan, stage, phase);
            var (lines, output) = NetworkModules.HeadLines(plan.Pretrain!.Head, stage.FromHeadLayer, phase);
            foreach (var line in lines)
            {
                writer.Line(line);
            }

            writer.Line($"var logits = Dense.Forward(p.Classifier, {output}); // {Names.Shape(plan.Data.Classes)}");
            var heads = Enumerable.Range(1, stage.FromHeadLayer).Select(static layer => $"layer{layer}Next");
            writer.Line($"return (logits, new({string.Join(", ", new[] { next }.Concat(heads))}));");
        }
    }

    private static string EmitWholeEncoder(CodeWriter writer, Plan plan)
    {
        writer.Line($"var h = Encoder.Infer(p.Encoder, s.Encoder, x); // {Names.Shape(plan.Encoder.Features)}");
        return "s.Encoder";
    }

    private static string EmitEncoderByGroups(CodeWriter writer, Plan plan, FinetunePlan stage, string phase)
    {
        var encoder = plan.Encoder;
        writer.Line(
            "var stem = Stem.Forward(p.Encoder.Stem, s.Encoder.Stem, x, Phase.Infer).Y; // "
                + Names.Shape(encoder.Stem.Outputs, encoder.Stem.SideOut)
        );
        var (x, updated) = ("stem", new List<string>());
        foreach (var group in encoder.Groups)
        {
            var (g, frozen) = (group.Index, group.Index <= stage.FrozenGroups);
            var shape = Names.Shape(group.Entry.Outputs, group.Entry.SideOut);
            var (entry, body) = ($"Group{g}Entry", $"Group{g}Body");
            // A frozen block has no gradient, so none of its activations are kept or recomputed.
            var (apply, chain) = NetworkModules.RunFunctions(frozen ? null : encoder.Recompute);
            void Call(string result, string function, string part, string input, string close) =>
                writer.Separated(
                    $"var {result} = {function}(",
                    [$"{part}.Forward", $"p.Encoder.{part}", $"s.Encoder.{part}", input, frozen ? "Phase.Infer" : phase],
                    close,
                    $" // {shape}"
                );
            if (frozen)
            {
                Call($"entry{g}", apply, entry, x, ").Y;");
                Call($"group{g}", chain, body, $"entry{g}", ").Y;");
            }
            else
            {
                Call($"(entry{g}, entry{g}Next)", apply, entry, x, ");");
                Call($"(group{g}, body{g}Next)", chain, body, $"entry{g}", ");");
                updated.AddRange([$"{entry} = entry{g}Next", $"{body} = body{g}Next"]);
            }

            x = $"group{g}";
        }

        writer.Line($"var h = {x}.GlobalMean(); // {Names.Shape(encoder.Features)}");
        writer.Bracketed("var encoderNext = s.Encoder with", "{", updated, "};");
        return "encoderNext";
    }
}

using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>Writes further functions of a step.</summary>
internal static class MemberCode
{
    public static void Emit(CodeWriter writer, StepMember member, StepCode step) =>
        member.Match<Action>(
            view: view => () => EmitView(writer, view),
            onlineLogits: online => () => EmitOnlineLogits(writer, online, step),
            fromPretrained: start => () => EmitFromPretrained(writer, start, step),
            forwardOverFrozen: forward => () => EmitForward(writer, forward, step)
        )();

    private static void EmitView(CodeWriter writer, StepMember.View view)
    {
        writer.Summary("One random view of each image, float32 in [0, 1].");
        const string header = "public static Tensor View(ImageBatch images, Key key)";
        var calls = AugmentCode.View(view.Operations);
        var chain = $"images{string.Concat(calls)}";
        if (writer.Fits($"    {chain};"))
        {
            writer.Arrow(header, chain, [], ";");
            return;
        }

        writer.Line($"{header} =>");
        writer.Lines($"    images\n{string.Join("\n", calls.Select(static call => $"        {call}"))};");
    }

    private static void EmitOnlineLogits(CodeWriter writer, StepMember.OnlineLogits online, StepCode step)
    {
        writer.Summary($"Logits {Names.Shape(online.Classes)} of the online classifier under the running statistics.");
        using (writer.Block($"public static Tensor Online({step.Params} p, Carried s, Tensor x)"))
        {
            writer.Line($"var h = Encoder.Infer(p.Encoder, s.Network.Encoder, x); // {Names.Shape(online.Features)}");
            foreach (var layer in online.Layers)
            {
                writer.Line(PassCode.Layer(layer, "p.Head", "s.Network.Head", "Phase.Infer", Names.Shape(layer.Width), next: "_"));
            }

            writer.Line($"return Dense.Forward(s.Online.Params, {online.Of});");
        }
    }

    private static void EmitFromPretrained(CodeWriter writer, StepMember.FromPretrained start, StepCode step)
    {
        string[] Layers(string of) => [.. Enumerable.Range(1, start.HeadLayers).Select(layer => $"from.{of}.Head.Layer{layer}")];
        writer.Summary("What fine-tuning starts from: the pretrained network up to the layer it is cut at, and a classifier of zeros.");
        using (
            writer.Block(
                $"public static Network<{step.Params}, {step.Statistics}> FromPretrained(",
                ["Trained<Pretrained, ContrastiveNetwork.Params, ContrastiveNetwork.State> from"]
            )
        )
        {
            writer.Line($"var classifier = Dense.Zeros(inputs: {start.Inputs}, classes: {start.Classes});");
            writer.Separated($"var parameters = new {step.Params}(", ["from.Params.Encoder", .. Layers("Params"), "classifier"], ");");
            writer.Separated($"var statistics = new {step.State}(", ["from.State.Encoder", .. Layers("State")], ");");
            writer.Line($"return new(parameters, {(start.CarriesMore ? "Carry(parameters, statistics)" : "statistics")});");
        }
    }

    private static void EmitForward(CodeWriter writer, StepMember.ForwardOverFrozen forward, StepCode step)
    {
        writer.Line("// The network with its frozen part at inference, whose statistics stay as they are.");
        using (writer.Block($"private static (Tensor Y, {step.State} Next) Forward(", [$"{step.Params} p", $"{step.State} s", "Tensor x"]))
        {
            var encoderNext = forward.Encoder.Match(
                whole: encoder => EmitFrozenEncoder(writer, encoder),
                upToGroup: encoder => EmitEncoderByGroups(writer, encoder, step.Phase)
            );
            foreach (var layer in forward.Layers)
            {
                writer.Line(PassCode.Layer(layer, "p", "s", step.Phase, Names.Shape(layer.Width)));
            }

            writer.Line($"var logits = Dense.Forward(p.Classifier, {forward.Of}); // {Names.Shape(forward.Classes)}");
            var layers = forward.Layers.Select(static layer => $", layer{layer.Index}Next");
            writer.Line($"return (logits, new({encoderNext}{string.Concat(layers)}));");
        }
    }

    // Returns the expression of the encoder's next statistics.
    private static string EmitFrozenEncoder(CodeWriter writer, FrozenEncoder.Whole encoder)
    {
        writer.Line($"var h = Encoder.Infer(p.Encoder, s.Encoder, x); // {Names.Shape(encoder.Features)}");
        return "s.Encoder";
    }

    private static string EmitEncoderByGroups(CodeWriter writer, FrozenEncoder.UpToGroup encoder, string phase)
    {
        writer.Line(
            "var stem = Stem.Forward(p.Encoder.Stem, s.Encoder.Stem, x, Phase.Infer).Y; // "
                + Names.Shape(encoder.StemChannels, encoder.StemSide)
        );
        var x = "stem";
        // A frozen block has no gradient, so none of its activations are kept or recomputed.
        var (applyFrozen, chainFrozen) = NetworkModules.RunFunctions(recompute: null);
        foreach (var group in encoder.Frozen)
        {
            var (entry, body) = ($"entry{group.Index}", $"group{group.Index}");
            EmitCall($"var {entry} = {applyFrozen}(", $"Group{group.Index}Entry", [x, "Phase.Infer"], ").Y;", Shape(group));
            EmitCall($"var {body} = {chainFrozen}(", $"Group{group.Index}Body", [entry, "Phase.Infer"], ").Y;");
            x = body;
        }

        var (apply, chain) = NetworkModules.RunFunctions(encoder.Recompute);
        foreach (var group in encoder.Trained)
        {
            var (entry, body) = ($"entry{group.Index}", $"group{group.Index}");
            EmitCall($"var ({entry}, {entry}Next) = {apply}(", $"Group{group.Index}Entry", [x, phase], ");", Shape(group));
            EmitCall($"var ({body}, body{group.Index}Next) = {chain}(", $"Group{group.Index}Body", [entry, phase], ");");
            x = body;
        }

        writer.Line($"var h = {x}.GlobalMean(); // {Names.Shape(encoder.Features)}");
        writer.Bracketed(
            "var encoderNext = s.Encoder with",
            "{",
            [
                .. encoder.Trained.SelectMany(static group =>
                    new[] { $"Group{group.Index}Entry = entry{group.Index}Next", $"Group{group.Index}Body = body{group.Index}Next" }
                ),
            ],
            "};"
        );
        return "encoderNext";

        static string Shape(GroupShape group) => $" // {Names.Shape(group.Channels, group.Side)}";

        // The blocks after a group's first keep its output's shape.
        void EmitCall(string open, string part, string[] inputs, string close, string comment = "") =>
            writer.Separated(open, [$"{part}.Forward", $"p.Encoder.{part}", $"s.Encoder.{part}", .. inputs], close, comment);
    }
}

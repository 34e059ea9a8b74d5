using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Code of the linear classifier that is trained during pretraining.</summary>
internal static class OnlineParts
{
    /// <summary>The classifier as a part of the state that the step carries.</summary>
    public static Carried Carry(Plan plan, HeadPlan head, int layer) =>
        new(
            "OnlineHead",
            "Online",
            $"OnlineHead.Start(key.At(\"online\"), inputs: {head.WidthAfter(layer)}, classes: {plan.Data.Classes})",
            "new(classifier, classifierVelocity)"
        );

    /// <summary>The lines that train the classifier, after those that train the network.</summary>
    public static IReadOnlyList<Statement> Train(PretrainPlan stage)
    {
        // With queries of first views only, each image has one view in the network, otherwise two.
        var labels = stage.Memory is { Queries: MemoryQueries.First } ? "labels" : "cat([labels, labels])";
        var (open, arguments) = OptimizerParts.OfOnline(stage.Optimizer);
        return
        [
            $"var onlineGradients = OnlineHead.Gradients(online.Params, features, {labels});",
            new(
                $"{open}{string.Join(", ", arguments)});",
                [open, .. arguments.Select((argument, i) => $"    {argument}{(i < arguments.Count - 1 ? "," : "")}"), ");"]
            ),
        ];
    }

    /// <summary>The lines of the network's forward pass, with a variable for the output of a layer of the head.</summary>
    public static IReadOnlyList<string> Forward(HeadPlan head, int layer, int rows, string phase)
    {
        string Line(string y, string next, string type, string part, string x, int width) =>
            $"var ({y}, {next}) = {type}.Forward(p.{part}, s.{part}, {x}, {phase}); // [{rows}, {width}]";

        var encoder = NetworkModules.Encoded("Encoder", "views", phase, $"[{rows}, {head.Features}]");
        if (head.Layers == 0)
        {
            return [encoder, "var (z, features) = (h, h.detach());", "var next = new ContrastiveNetwork.State(encoderNext);"];
        }

        if (layer == 0)
        {
            return
            [
                encoder,
                Line(y: "z", next: "headNext", type: "ProjectionHead", part: "Head", x: "h", width: head.Out),
                "var next = new ContrastiveNetwork.State(encoderNext, headNext);",
                "var features = h.detach();",
            ];
        }

        var numbers = Enumerable.Range(1, head.Layers).ToArray();
        return
        [
            encoder,
            .. numbers.Select(i =>
                Line(
                    y: Output(head, i),
                    next: $"layer{i}Next",
                    type: Type(head, i),
                    part: $"Head.Layer{i}",
                    x: Output(head, i - 1),
                    width: head.WidthAfter(i)
                )
            ),
            $"var next = new ContrastiveNetwork.State(encoderNext, new({string.Join(", ", numbers.Select(static i => $"layer{i}Next"))}));",
            $"var features = {Output(head, layer)}.detach();",
        ];
    }

    /// <summary>Writes the classifier's inference function.</summary>
    public static void EmitInfer(CodeWriter writer, Plan plan, HeadPlan head, int layer)
    {
        writer.Summary($"Logits {Names.Shape(plan.Data.Classes)} of the online classifier under the running statistics.");
        using (writer.Block("public static Tensor Online(ContrastiveNetwork.Params p, Carried s, Tensor x)"))
        {
            writer.Line($"var h = Encoder.Infer(p.Encoder, s.Network.Encoder, x); // {Names.Shape(head.Features)}");
            foreach (var i in Enumerable.Range(1, layer))
            {
                var part = $"Head.Layer{i}";
                writer.Line(
                    $"var ({Output(head, i)}, _) = {Type(head, i)}.Forward(p.{part}, s.Network.{part}, {Output(head, i - 1)}, Phase.Infer);"
                        + $" // {Names.Shape(head.WidthAfter(i))}"
                );
            }

            writer.Line($"return Dense.Forward(s.Online.Params, {Output(head, layer)});");
        }
    }

    private static string Output(HeadPlan head, int layer) =>
        layer == 0 ? "h"
        : layer == head.Layers ? "z"
        : $"h{layer}";

    private static string Type(HeadPlan head, int layer) => layer == head.Layers ? "DenseNorm" : "DenseBn";
}

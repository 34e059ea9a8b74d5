using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The linear classifier beside pretraining, as text.</summary>
internal static class OnlineParts
{
    /// <summary>What a step carries of it.</summary>
    public static Carried Carry(Plan plan, HeadPlan head, int layer) =>
        new(
            "OnlineHead",
            "Online",
            $"OnlineHead.Start(key.At(\"online\"), inputs: {head.WidthAfter(layer)}, classes: {plan.Data.Classes})",
            "new(classifier, classifierVelocity)"
        );

    /// <summary>Lines of its own training, after the network's.</summary>
    public static IReadOnlyList<Statement> Train(PretrainPlan stage)
    {
        // One view of each image in one direction, else two.
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

    /// <summary>The network's forward pass with the features of a head layer in view.</summary>
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
                Line("z", "headNext", "ProjectionHead", "Head", "h", head.Out),
                "var next = new ContrastiveNetwork.State(encoderNext, headNext);",
                "var features = h.detach();",
            ];
        }

        var numbers = Enumerable.Range(1, head.Layers).ToArray();
        return
        [
            encoder,
            .. numbers.Select(i =>
                Line(Output(head, i), $"layer{i}Next", Type(head, i), $"Head.Layer{i}", Output(head, i - 1), head.WidthAfter(i))
            ),
            $"var next = new ContrastiveNetwork.State(encoderNext, new({string.Join(", ", numbers.Select(static i => $"layer{i}Next"))}));",
            $"var features = {Output(head, layer)}.detach();",
        ];
    }

    /// <summary>Prints its inference.</summary>
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

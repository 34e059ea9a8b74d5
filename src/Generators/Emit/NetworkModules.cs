using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Encoders, projection heads and whole networks as modules that are made of smaller ones.</summary>
internal static class NetworkModules
{
    /// <summary>The stem, each group's blocks and the encoder that joins them, in order of use.</summary>
    public static Sequence<Module> Encoder(EncoderPlan plan) =>
        [BlockModules.Stem(plan.Stem, plan.Channels, plan.Side), .. plan.Groups.SelectMany(Group), EncoderModule(plan)];

    /// <summary>The projection head.</summary>
    public static Module Head(HeadPlan plan)
    {
        var layers = Layers(plan, plan.Layers, "x", firstKey: 0);
        var kind = plan.Layers == 1 ? "Linear projection head" : $"Projection head of {plan.Layers} layers";
        return new(
            Name: "ProjectionHead",
            Summary: $"{kind}; {Numbers.Grouped(plan.Parameters.Weights)} weights.",
            Input: Names.Shape(plan.Features),
            Members: layers.Select(static layer => layer.Member).ToSequence(),
            Forward: layers.Select(static layer => layer.Line).ToSequence(),
            Result: "z"
        );
    }

    /// <summary>The network that is pretrained: encoder and projection head, or the encoder alone if there is no head.</summary>
    public static Module Contrastive(EncoderPlan encoder, HeadPlan head)
    {
        var headed = head.Layers > 0;
        return new(
            Name: "ContrastiveNetwork",
            Summary: headed
                ? "What is pretrained: the encoder and the projection head."
                : "What is pretrained: the encoder, without a head.",
            Input: Names.Images(encoder.Channels, encoder.Side),
            Members:
            [
                Part("Encoder", "Encoder", "Encoder.Init(key.At(0))"),
                .. headed ? [Part("Head", "ProjectionHead", "ProjectionHead.Init(key.At(1))")] : Array.Empty<Member>(),
            ],
            Forward:
            [
                Encoded("Encoder", y: "h", x: "x", "phase", Names.Shape(encoder.Features)),
                .. headed
                    ? [Line(y: "z", next: "headNext", type: "ProjectionHead", member: "Head", x: "h", shape: Names.Shape(head.Out))]
                    : Array.Empty<string>(),
            ],
            Result: headed ? "z" : "h"
        )
        {
            Encoder = "Encoder",
            InferSummary = headed ? "Projections under the running statistics." : "Features under the running statistics.",
        };
    }

    /// <summary>A network with a linear classifier, which sits on the encoder or on the first layers of a projection head.</summary>
    public static Module Classifier(
        string name,
        string summary,
        EncoderPlan encoder,
        string encoderType,
        int classes,
        (HeadPlan Plan, int Layers)? head = null
    )
    {
        var layers = head is { } cut ? Layers(cut.Plan, cut.Layers, "h", firstKey: 1) : [];
        var inputs = head?.Plan.WidthAfter(head.Value.Layers) ?? encoder.Features;
        var features = layers.Count == 0 ? "h" : layers[layers.Count - 1].Output;
        var classifier = new Member(
            "Classifier",
            "Dense.Params",
            State: null,
            $"Dense.Init(key.At({layers.Count + 1}), inputs: {inputs}, classes: {classes})",
            Start: ""
        );
        return new(
            Name: name,
            Summary: summary,
            Input: Names.Images(encoder.Channels, encoder.Side),
            Members:
            [
                Part("Encoder", encoderType, $"{encoderType}.Init(key.At(0))"),
                .. layers.Select(static layer => layer.Member),
                classifier,
            ],
            Forward:
            [
                Encoded(encoderType, y: "h", x: "x", "phase", Names.Shape(encoder.Features)),
                .. layers.Select(static layer => layer.Line),
                $"var logits = Dense.Forward(p.Classifier, {features}); // {Names.Shape(classes)}",
            ],
            Result: "logits"
        )
        {
            Encoder = encoderType,
            InferSummary = "Logits under the running statistics.",
        };
    }

    /// <summary>
    /// The line that computes the features of x. It frees every intermediate result that the backward pass does not need.
    /// </summary>
    public static string Encoded(string type, string y, string x, string phase, string shape) =>
        $"var ({y}, encoderNext) = Block.Apply({type}.Forward, p.Encoder, s.Encoder, {x}, {phase}); // {shape}";

    private static IEnumerable<Module> Group(GroupPlan group)
    {
        yield return BlockModules.Block($"Group{group.Index}Entry", $"Group {group.Index}, first block", group.Entry);
        yield return BlockModules.Block($"Group{group.Index}Body", $"Group {group.Index}, each further block", group.Body);
    }

    private static Module EncoderModule(EncoderPlan plan)
    {
        var stem = Names.Shape(plan.Stem.Outputs, plan.Stem.SideOut);
        var members = new List<Member> { Part("Stem", "Stem", "Stem.Init(key.At(0))") };
        var (apply, chain) = RunFunctions(plan.Recompute);
        string Applied(string y, Member block, string x, string shape) =>
            $"var ({y}, {block.Next}) = {apply}({block.Name}.Forward, p.{block.Name}, s.{block.Name}, {x}, phase); // {shape}";
        var lines = new List<string> { Applied("stem", members[0], "x", stem) };
        var x = "stem";
        foreach (var group in plan.Groups)
        {
            var (name, shape) = ($"Group{group.Index}", Names.Shape(group.Entry.Outputs, group.Entry.SideOut));
            var entry = Part($"{name}Entry", $"{name}Entry", $"{name}Entry.Init(key.At({members.Count}))");
            members.Add(entry);
            lines.Add(Applied($"entry{group.Index}", entry, x, shape));
            x = $"entry{group.Index}";

            var body = new Member(
                $"{name}Body",
                $"Chain<{name}Body.Params>",
                $"Chain<{name}Body.State>",
                $"Chain.Init(key.At({members.Count}), count: {group.BodyBlocks}, {name}Body.Init)",
                $"p.{name}Body.Each({name}Body.Start)"
            );
            members.Add(body);
            // The blocks after the first keep its output's shape.
            lines.Add($"var (group{group.Index}, {body.Next}) = {chain}({name}Body.Forward, p.{body.Name}, s.{body.Name}, {x}, phase);");
            x = $"group{group.Index}";
        }

        lines.Add($"var h = {x}.GlobalMean(); // {Names.Shape(plan.Features)}");
        return new(
            Name: "Encoder",
            Summary: "The encoder: the stem, four groups of blocks, and the mean over all positions.",
            Input: Names.Images(plan.Channels, plan.Side),
            Members: members.ToSequence(),
            Forward: lines.ToSequence(),
            Result: "h"
        )
        {
            InferSummary = "Features under the running statistics.",
        };
    }

    /// <summary>The functions of the runtime that run a block and a chain of blocks.</summary>
    public static (string Block, string Chain) RunFunctions(Recompute? recompute) =>
        recompute is null ? ("Block.Apply", "Chain.Forward") : ("Block.Recompute", "Chain.Recompute");

    private static Member Part(string name, string type, string init) =>
        new(name, $"{type}.Params", $"{type}.State", init, $"{type}.Start(p.{name})");

    /// <summary>The first layers of a head. The last layer of the whole head has a batch norm without shift, and no ReLU.</summary>
    private static IReadOnlyList<(Member Member, string Line, string Output)> Layers(
        HeadPlan head,
        int count,
        string input,
        int firstKey,
        string phase = "phase"
    )
    {
        var layers = new List<(Member Member, string Line, string Output)>();
        for (var i = 1; i <= count; i++)
        {
            var (type, output) = i == head.Layers ? ("DenseNorm", "z") : ("DenseBn", $"h{i}");
            var width = head.WidthAfter(i);
            var member = new Member(
                $"Layer{i}",
                $"{type}.Params",
                "BatchNorm.State",
                $"{type}.Init(key.At({firstKey + i - 1}), inputs: {head.WidthAfter(i - 1)}, outputs: {width})",
                $"{type}.Start(p.Layer{i})"
            );
            layers.Add(
                (
                    member,
                    Line(y: output, next: member.Next, type: type, member: member.Name, x: input, shape: Names.Shape(width), phase: phase),
                    output
                )
            );
            input = output;
        }

        return layers;
    }

    private static string Line(string y, string next, string type, string member, string x, string shape, string phase = "phase") =>
        $"var ({y}, {next}) = {type}.Forward(p.{member}, s.{member}, {x}, {phase}); // {shape}";
}

using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Encoders, projection heads and whole networks as modules made of smaller ones.</summary>
internal static class NetworkModules
{
    /// <summary>The stem, each group's blocks and the encoder that joins them, in order of use.</summary>
    public static Sequence<Module> Encoder(EncoderPlan plan) =>
        [BlockModules.Stem(plan.Stem, plan.Channels, plan.Side), .. plan.Groups.SelectMany(Group), Whole(plan)];

    public static Module Head(HeadPlan plan)
    {
        var layers = Layers(plan, plan.Layers, "x", firstKey: 0);
        return new(
            "ProjectionHead",
            $"{(plan.Layers == 1 ? "Linear projection head" : $"Projection head of {plan.Layers} layers")}, {plan.Features}{(plan.HiddenWidth is { } width ? $" by {width}" : "")} to {plan.Out}; {Numbers.Grouped(plan.Parameters.Weights)} weights.",
            Names.Shape(plan.Features),
            layers.Select(static layer => layer.Member).ToSequence(),
            layers.Select(static layer => layer.Line).ToSequence(),
            "z"
        );
    }

    /// <summary>Encoder and projection head, or the encoder alone.</summary>
    public static Module Contrastive(EncoderPlan encoder, HeadPlan head)
    {
        var headed = head.Layers > 0;
        return new(
            "ContrastiveNetwork",
            headed ? "What is pretrained: the encoder and the projection head." : "What is pretrained: the encoder, without a head.",
            Names.Images(encoder.Channels, encoder.Side),
            [
                Part("Encoder", "Encoder", "Encoder.Init(key.At(0))"),
                .. headed ? [Part("Head", "ProjectionHead", "ProjectionHead.Init(key.At(1))")] : Array.Empty<Member>(),
            ],
            [
                Encoded("Encoder", "x", "phase", Names.Shape(encoder.Features)),
                .. headed ? [Line("z", "headNext", "ProjectionHead", "Head", "h", Names.Shape(head.Out))] : Array.Empty<string>(),
            ],
            headed ? "z" : "h"
        )
        {
            Inferred = headed
                ? $"Projections {Names.Shape(head.Out)} under the running statistics."
                : $"Features {Names.Shape(encoder.Features)} under the running statistics.",
        };
    }

    /// <summary>Encoder, the first layers of the projection head, and a linear classifier.</summary>
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
        var classifier = new Member(
            "Classifier",
            "Dense.Params",
            State: null,
            $"Dense.Init(key.At({layers.Count + 1}), inputs: {inputs}, classes: {classes})",
            Start: ""
        );
        return new(
            name,
            summary,
            Names.Images(encoder.Channels, encoder.Side),
            [Part("Encoder", encoderType, $"{encoderType}.Init(key.At(0))"), .. layers.Select(static layer => layer.Member), classifier],
            [
                Encoded(encoderType, "x", "phase", Names.Shape(encoder.Features)),
                .. layers.Select(static layer => layer.Line),
                $"var logits = Dense.Forward(p.Classifier, {(layers.Count == 0 ? "h" : layers[layers.Count - 1].Output)}); // {Names.Shape(classes)}",
            ],
            "logits"
        )
        {
            Inferred = $"Logits {Names.Shape(classes)} under the running statistics.",
        };
    }

    /// <summary>The line that encodes x as the features h; between the groups of blocks nothing stays that the backward pass does not need.</summary>
    public static string Encoded(string type, string x, string phase, string shape) =>
        $"var (h, encoderNext) = Block.Apply({type}.Forward, p.Encoder, s.Encoder, {x}, {phase}); // {shape}";

    /// <summary>Lines of the first layers of a head over the features h, and the name of their output.</summary>
    public static (IReadOnlyList<string> Lines, string Output) HeadLines(HeadPlan head, int count, string phase)
    {
        var layers = Layers(head, count, "h", firstKey: 1, phase);
        return ([.. layers.Select(static layer => layer.Line)], layers.Count == 0 ? "h" : layers[layers.Count - 1].Output);
    }

    private static IEnumerable<Module> Group(GroupPlan group)
    {
        yield return BlockModules.Block($"Group{group.Index}Entry", $"Group {group.Index}, first block", group.Entry);
        yield return BlockModules.Block($"Group{group.Index}Body", $"Group {group.Index}, each further block", group.Body);
    }

    private static Module Whole(EncoderPlan plan)
    {
        var stem = Names.Shape(plan.Stem.Outputs, plan.Stem.SideOut);
        var members = new List<Member> { Part("Stem", "Stem", "Stem.Init(key.At(0))") };
        var (apply, chain) = Run(plan.Recompute);
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
            lines.Add(
                $"var (group{group.Index}, {body.Next}) = {chain}({name}Body.Forward, p.{body.Name}, s.{body.Name}, {x}, phase); // {shape}"
            );
            x = $"group{group.Index}";
        }

        lines.Add($"var h = {x}.GlobalMean(); // {Names.Shape(plan.Features)}");
        return new(
            "Encoder",
            $"The encoder: images to {plan.Features} features.",
            Names.Images(plan.Channels, plan.Side),
            members.ToSequence(),
            lines.ToSequence(),
            "h"
        )
        {
            Inferred = $"Features {Names.Shape(plan.Features)} under the running statistics.",
        };
    }

    /// <summary>The functions that run a block and a chain of blocks.</summary>
    public static (string Block, string Chain) Run(Recompute? recompute) =>
        recompute is null ? ("Block.Apply", "Chain.Forward") : ("Block.Recompute", "Chain.Recompute");

    private static Member Part(string name, string type, string init) =>
        new(name, $"{type}.Params", $"{type}.State", init, $"{type}.Start(p.{name})");

    /// <summary>The first layers of a head; its last one has a batch norm without shift, and no ReLU.</summary>
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
            layers.Add((member, Line(output, member.Next, type, member.Name, input, Names.Shape(width), phase), output));
            input = output;
        }

        return layers;
    }

    private static string Line(string y, string next, string type, string member, string x, string shape, string phase = "phase") =>
        $"var ({y}, {next}) = {type}.Forward(p.{member}, s.{member}, {x}, {phase}); // {shape}";
}

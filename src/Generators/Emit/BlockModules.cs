using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>
/// Stems and residual blocks as modules. The forward function has one line for each layer, with the output's shape at its end. Summaries
/// repeat no number: channels are in the code, shapes at the ends of lines, weights in the plan table.
/// </summary>
internal static class BlockModules
{
    public static Module Stem(StemPlan stem, int channels, int side)
    {
        var names = stem.Convs.Count == 1 ? new[] { "Conv" } : ["First", "Second", "Third"];
        var members = new List<Member>();
        var lines = new List<string>();
        var x = "x";
        for (var i = 0; i < stem.Convs.Count; i++)
        {
            var (member, y) = (Conv(names[i], i, stem.Convs[i]), stem.Convs.Count == 1 ? "y" : Variable(i));
            members.Add(member);
            lines.Add(i == 0 ? OfImages(y, member, x, stem.Convs[i]) : Relu(y, member, x, stem.Convs[i]));
            x = y;
        }

        return new(
            Name: "Stem",
            Summary: $"The stem: {(stem.Convs.Count == 1 ? "a convolution" : "three convolutions")}{(stem.MaxPool ? " and a max-pool" : "")}.",
            Input: Names.Images(channels, side),
            Members: members.ToSequence(),
            Forward: lines.ToSequence(),
            Result: stem.MaxPool ? $"{x}.MaxPoolSame()" : x
        )
        {
            IsBlock = true,
        };
    }

    public static Module Block(string name, string role, BlockPlan block) =>
        block.Match(
            basic: plan => Basic(name, Summary(role, "basic", block), plan),
            bottleneck: plan => Bottleneck(name, Summary(role, "bottleneck", block), plan),
            selective: plan => Selective(name, Summary(role, "bottleneck with selective kernels", block), plan),
            selectiveBasic: plan => SelectiveBasic(name, Summary(role, "basic with selective kernels", block), plan)
        );

    private static Module Basic(string name, string summary, BlockPlan.Basic block)
    {
        var (first, second) = (Conv("First", 0, block.First), Conv("Second", 1, block.Second));
        var lines = new[] { Relu("a", first, "x", block.First) };
        return WithSkip(new(name, summary, block), [first, second], lines, new("b", "a", block.Second));
    }

    private static Module Bottleneck(string name, string summary, BlockPlan.Bottleneck block)
    {
        var (reduce, spatial, expand) = (
            Conv("Reduce", 0, block.Reduce),
            Conv("Spatial", 1, block.Spatial),
            Conv("Expand", 2, block.Expand)
        );
        var lines = new[] { Relu("a", reduce, "x", block.Reduce), Relu("b", spatial, "a", block.Spatial) };
        return WithSkip(new(name, summary, block), [reduce, spatial, expand], lines, new("c", "b", block.Expand));
    }

    private static Module Selective(string name, string summary, BlockPlan.Selective block)
    {
        var (reduce, spatial, expand) = (
            Conv("Reduce", 0, block.Reduce),
            Unit("Spatial", 1, block.Spatial),
            Conv("Expand", 2, block.Expand)
        );
        var lines = new[] { Relu("a", reduce, "x", block.Reduce), Mixed("b", spatial, "a", block.Spatial) };
        return WithSkip(new(name, summary, block), [reduce, spatial, expand], lines, new("c", "b", block.Expand));
    }

    private static Module SelectiveBasic(string name, string summary, BlockPlan.SelectiveBasic block)
    {
        var (first, second) = (Unit("First", 0, block.First), Conv("Second", 1, block.Second));
        var lines = new[] { Mixed("a", first, "x", block.First) };
        return WithSkip(new(name, summary, block), [first, second], lines, new("b", "a", block.Second));
    }

    /// <summary>A block with the name and the summary of its class.</summary>
    private readonly record struct NamedBlock(string Name, string Summary, BlockPlan Block);

    /// <summary>The block's last convolution, y from x, to which the skip connection is added.</summary>
    private readonly record struct LastUnit(string Y, string X, ConvPlan Conv);

    private static Module WithSkip(NamedBlock named, Member[] members, string[] lines, LastUnit last)
    {
        var (name, summary, block) = named;
        var input = Names.Shape(block.Inputs, block.SideIn);
        // A strided 1×1 convolution adds its input's gradient in place, and a 3×3 convolution does not. The first function of a forward pass is
        // the last of the backward pass; so the skip of a basic block comes first, and its gradient needs no memory beside the other one.
        var isFirst = block is BlockPlan.Basic;
        string Sum(string skip) => Line("ForwardAddRelu", last.Y, members[members.Length - 1], $"{last.X}, {skip}", last.Conv);
        Module Build(Sequence<Member> all, Sequence<string> forward) =>
            new(Name: name, Summary: summary, Input: input, Members: all, Forward: forward, Result: last.Y) { IsBlock = true };
        Module Projected(ConvPlan conv, string x)
        {
            var skip = Conv("Skip", members.Length, conv);
            var line = Plain("skip", skip, x, conv);
            return Build([.. members, skip], isFirst ? [line, .. lines, Sum("skip")] : [.. lines, line, Sum("skip")]);
        }

        return block.Skip.Match(
            identity: () => Build(members.ToSequence(), [.. lines, Sum("x")]),
            projected: conv => Projected(conv, "x"),
            pooled: pooled => Projected(pooled.Conv, $"x.AveragePoolSame(stride: {pooled.Stride})")
        );
    }

    private static Member Conv(string name, int index, ConvPlan conv) =>
        new(
            name,
            "ConvBn.Params",
            "BatchNorm.State",
            $"ConvBn.Init(key.At({index}), inputs: {conv.Inputs}, outputs: {conv.Outputs}, kernel: {conv.Kernel}{ZeroGamma(conv)})",
            $"ConvBn.Start(p.{name})"
        );

    private static Member Unit(string name, int index, SelectiveKernelPlan unit) =>
        new(
            name,
            "SelectiveKernel.Params",
            "SelectiveKernel.State",
            $"SelectiveKernel.Init(key.At({index}), {UnitInputs(unit)}channels: {unit.Channels}, squeezed: {unit.Squeezed})",
            $"SelectiveKernel.Start(p.{name})"
        );

    private static string UnitInputs(SelectiveKernelPlan unit) =>
        unit.Streams.Inputs == unit.Channels ? "" : $"inputs: {unit.Streams.Inputs}, ";

    private static string ZeroGamma(ConvPlan conv) => conv.ZeroGamma ? ", zeroGamma: true" : "";

    private static string OfImages(string y, Member member, string x, ConvPlan conv) => Line("OfImages", y, member, x, conv);

    private static string Relu(string y, Member member, string x, ConvPlan conv) => Line("ForwardRelu", y, member, x, conv);

    private static string Plain(string y, Member member, string x, ConvPlan conv) => Line("Forward", y, member, x, conv);

    private static string Mixed(string y, Member member, string x, SelectiveKernelPlan unit) =>
        $"var ({y}, {member.Next}) = SelectiveKernel.Forward(p.{member.Name}, s.{member.Name}, {x}, stride: {unit.Streams.Stride}, phase); "
        + $"// {Names.Shape(unit.Channels, unit.Streams.SideOut)}";

    private static string Line(string function, string y, Member member, string x, ConvPlan conv) =>
        $"var ({y}, {member.Next}) = ConvBn.{function}(p.{member.Name}, s.{member.Name}, {x}, stride: {conv.Stride}, phase); "
        + $"// {Names.Shape(conv.Outputs, conv.SideOut)}";

    private static string Variable(int index) => ((char)('a' + index)).ToString();

    private static string Summary(string role, string kind, BlockPlan block) => $"{role}: {kind}{Stride(block)}, {Skip(block)} skip.";

    private static string Stride(BlockPlan block) => block.Stride == 1 ? "" : $", stride {block.Stride}";

    private static string Skip(BlockPlan block) =>
        block.Skip.Match(identity: static () => "identity", projected: static _ => "projected", pooled: static _ => "pooled and projected");
}

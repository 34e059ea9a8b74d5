using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Plans the layers of a residual network (§3.2), as the reference implementation builds it.</summary>
internal static class EncoderPlanner
{
    // The narrowest gate of a selective-kernel unit.
    private const int MinSqueezed = 32;

    public static EncoderPlan Plan(EncoderSpec spec, int channels, int side)
    {
        var kind = StemOf(spec, side);
        var width = (int)Math.Round(64 * spec.Width);
        var stem = PlanStem(kind, spec.SelectiveKernel, channels, width, side);
        var blocks = BlocksPerGroup(spec.ResNet);

        var groups = new GroupPlan[blocks.Length];
        var (inputs, groupSide) = (stem.Outputs, stem.SideOut);
        for (var g = 0; g < blocks.Length; g++)
        {
            var filters = width << g;
            var stride = g == 0 ? 1 : 2;
            var entry = PlanBlock(spec, inputs, filters, stride, groupSide, projects: true);
            var body = PlanBlock(spec, entry.Outputs, filters, stride: 1, entry.SideOut, projects: false);
            groups[g] = new(g + 1, entry, body, BodyBlocks: blocks[g] - 1);
            (inputs, groupSide) = (entry.Outputs, entry.SideOut);
        }

        return new(
            Depth: spec.ResNet,
            Width: spec.Width,
            SelectiveKernel: spec.SelectiveKernel,
            StemKind: kind,
            Channels: channels,
            Side: side,
            Stem: stem,
            Groups: groups.ToSequence()
        )
        {
            Recompute = spec.Recompute,
        };
    }

    /// <summary>The stem that a spec asks for; if it does not say, small for images of up to 32 pixels, as in the official code.</summary>
    internal static Stem StemOf(EncoderSpec spec, int side) => spec.Stem ?? (side <= 32 ? Stem.Small : Stem.Imagenet);

    private static int[] BlocksPerGroup(int depth) =>
        depth switch
        {
            18 => [2, 2, 2, 2],
            34 => [3, 4, 6, 3],
            50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            152 => [3, 8, 36, 3],
            200 => [3, 24, 36, 3],
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "No residual network of the family has this depth."),
        };

    // Selective kernels do not change a small stem, because the reference code tests the image size before it tests for them.
    private static StemPlan PlanStem(Stem kind, bool selective, int channels, int width, int side) =>
        (kind, selective) switch
        {
            (Stem.Small, _) => new([new(channels, width, Kernel: 3, Stride: 1, side)], MaxPool: false),
            (_, false) => new([new(channels, width, Kernel: 7, Stride: 2, side)], MaxPool: true),
            (_, true) => PlanDeepStem(channels, width, side),
        };

    private static StemPlan PlanDeepStem(int channels, int width, int side)
    {
        var first = new ConvPlan(channels, width / 2, Kernel: 3, Stride: 2, side);
        var second = new ConvPlan(width / 2, width / 2, Kernel: 3, Stride: 1, first.SideOut);
        var third = new ConvPlan(width / 2, width, Kernel: 3, Stride: 1, second.SideOut);
        return new([first, second, third], MaxPool: true);
    }

    private static BlockPlan PlanBlock(EncoderSpec spec, int inputs, int filters, int stride, int side, bool projects)
    {
        var bottleneck = spec.ResNet >= 50;
        var outputs = bottleneck ? 4 * filters : filters;
        var skip = PlanSkip(
            selective: spec.SelectiveKernel,
            inputs: inputs,
            outputs: outputs,
            stride: stride,
            side: side,
            projects: projects
        );
        var selective = spec.SelectiveKernel && (bottleneck || spec.BasicBlock == BasicBlock.Selective);
        return (bottleneck, selective) switch
        {
            (false, false) => PlanBasic(inputs, filters, stride, side, skip),
            (false, true) => PlanSelectiveBasic(
                inputs: inputs,
                filters: filters,
                stride: stride,
                side: side,
                skip: skip,
                ratio: spec.SelectiveKernelRatio
            ),
            (true, false) => PlanBottleneck(inputs, filters, stride, side, skip),
            (true, true) => PlanSelective(
                inputs: inputs,
                filters: filters,
                stride: stride,
                side: side,
                skip: skip,
                ratio: spec.SelectiveKernelRatio
            ),
        };
    }

    private static SkipPlan PlanSkip(bool selective, int inputs, int outputs, int stride, int side, bool projects) =>
        (projects, selective) switch
        {
            (false, _) => new SkipPlan.Identity(),
            (true, false) => new SkipPlan.Projected(new(inputs, outputs, Kernel: 1, stride, side)),
            (true, true) => new SkipPlan.Pooled(stride, new(inputs, outputs, Kernel: 1, Stride: 1, Side.After(side, stride))),
        };

    private static BlockPlan PlanBasic(int inputs, int filters, int stride, int side, SkipPlan skip)
    {
        var first = new ConvPlan(inputs, filters, Kernel: 3, stride, side);
        return new BlockPlan.Basic(first, PlanSecond(filters, first.SideOut), skip);
    }

    // The official code has no such block. The unit takes the place of the convolution that has the stride, as it does in a bottleneck.
    private static BlockPlan PlanSelectiveBasic(int inputs, int filters, int stride, int side, SkipPlan skip, double ratio)
    {
        var unit = PlanUnit(inputs, filters, stride, side, ratio);
        return new BlockPlan.SelectiveBasic(unit, PlanSecond(filters, unit.Streams.SideOut), skip);
    }

    private static BlockPlan PlanBottleneck(int inputs, int filters, int stride, int side, SkipPlan skip)
    {
        var reduce = new ConvPlan(inputs, filters, Kernel: 1, Stride: 1, side);
        var spatial = new ConvPlan(filters, filters, Kernel: 3, stride, side);
        return new BlockPlan.Bottleneck(reduce, spatial, PlanExpand(filters, spatial.SideOut), skip);
    }

    private static BlockPlan PlanSelective(int inputs, int filters, int stride, int side, SkipPlan skip, double ratio)
    {
        var reduce = new ConvPlan(inputs, filters, Kernel: 1, Stride: 1, side);
        var unit = PlanUnit(filters, filters, stride, side, ratio);
        return new BlockPlan.Selective(reduce, unit, PlanExpand(filters, unit.Streams.SideOut), skip);
    }

    private static SelectiveKernelPlan PlanUnit(int inputs, int filters, int stride, int side, double ratio) =>
        new(new(inputs, 2 * filters, Kernel: 3, stride, side), filters, Squeezed: Math.Max((int)(filters * ratio), MinSqueezed));

    private static ConvPlan PlanSecond(int filters, int side) => new(filters, filters, Kernel: 3, Stride: 1, side, ZeroGamma: true);

    private static ConvPlan PlanExpand(int filters, int side) => new(filters, 4 * filters, Kernel: 1, Stride: 1, side, ZeroGamma: true);
}

using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>The layers of a residual block.</summary>
/// <param name="Group">1 to 4.</param>
/// <param name="Index">Position in its group, the block that changes the shape being 0.</param>
/// <param name="Main">Its layers in order of use.</param>
/// <param name="Skip">The convolution around them, where there is one.</param>
internal sealed record BlockLayers(int Group, int Index, Sequence<WeightLayer> Main, WeightLayer? Skip);

/// <summary>Every layer of an encoder that has weights, read off its plan.</summary>
/// <param name="Stem">One convolution, or three.</param>
/// <param name="Blocks">The residual blocks in order of use.</param>
internal sealed record EncoderLayers(Sequence<WeightLayer> Stem, Sequence<BlockLayers> Blocks)
{
    private const string Root = "encoder";

    /// <summary>All of them, skips last in their block.</summary>
    public IEnumerable<WeightLayer> All =>
        [.. Stem, .. Blocks.SelectMany(static block => block.Skip is { } skip ? [.. block.Main, skip] : block.Main)];

    public static EncoderLayers Of(EncoderPlan plan) =>
        new(
            [.. plan.Stem.Convs.Select((conv, i) => Conv($"{Root}.stem.{StemNames(plan.Stem)[i]}", conv))],
            [
                .. plan.Groups.SelectMany(static group =>
                    Enumerable.Range(0, 1 + group.BodyBlocks).Select(i => Block(group.Index, i, i == 0 ? group.Entry : group.Body))
                ),
            ]
        );

    private static string[] StemNames(StemPlan stem) => stem.Convs.Count == 1 ? ["conv"] : ["first", "second", "third"];

    private static BlockLayers Block(int group, int index, BlockPlan block)
    {
        var path = index == 0 ? $"{Root}.group{group}_entry" : FormattableString.Invariant($"{Root}.group{group}_body.{index - 1}");
        return new(
            group,
            index,
            block.Match<Sequence<WeightLayer>>(
                basic: plan => [Conv($"{path}.first", plan.First), Conv($"{path}.second", plan.Second)],
                bottleneck: plan =>
                    [Conv($"{path}.reduce", plan.Reduce), Conv($"{path}.spatial", plan.Spatial), Conv($"{path}.expand", plan.Expand)],
                selective: plan =>
                    [Conv($"{path}.reduce", plan.Reduce), .. Unit($"{path}.spatial", plan.Spatial), Conv($"{path}.expand", plan.Expand)],
                selectiveBasic: plan => [.. Unit($"{path}.first", plan.First), Conv($"{path}.second", plan.Second)]
            ),
            block.Skip.Match<WeightLayer?>(
                identity: static () => null,
                projected: conv => Conv($"{path}.skip", conv),
                pooled: pooled => Conv($"{path}.skip", pooled.Conv)
            )
        );
    }

    private static WeightLayer Conv(string path, ConvPlan conv) =>
        new(path, WeightKind.Normalized, [conv.Outputs, conv.Inputs, conv.Kernel, conv.Kernel]);

    private static WeightLayer[] Unit(string path, SelectiveKernelPlan unit) =>
        [
            Conv($"{path}.streams", unit.Streams),
            new($"{path}.squeeze", WeightKind.Normalized, [unit.Squeezed, unit.Channels, 1, 1]),
            new($"{path}.expand", WeightKind.Bare, [2 * unit.Channels, unit.Squeezed, 1, 1]),
        ];
}

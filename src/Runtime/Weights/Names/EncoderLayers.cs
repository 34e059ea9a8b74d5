using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>The layers of a residual block.</summary>
/// <param name="Group">Number of the group, 1 to 4.</param>
/// <param name="Index">Position in the group, from 0. Block 0 is the one that changes the shape.</param>
/// <param name="Main">The layers of the residual path, in order of use.</param>
/// <param name="Skip">The convolution of the skip connection; null if there is none.</param>
internal sealed record BlockLayers(int Group, int Index, Sequence<WeightLayer> Main, WeightLayer? Skip);

/// <summary>All layers of an encoder that have weights, as they follow from its plan.</summary>
/// <param name="Stem">The convolutions of the stem: one or three.</param>
/// <param name="Blocks">The residual blocks in order of use.</param>
internal sealed record EncoderLayers(Sequence<WeightLayer> Stem, Sequence<BlockLayers> Blocks)
{
    private const string Root = "encoder";

    /// <summary>All layers. In each block the convolution of the skip connection comes last.</summary>
    public IEnumerable<WeightLayer> All =>
        [.. Stem, .. Blocks.SelectMany(static block => block.Skip is { } skip ? [.. block.Main, skip] : block.Main)];

    /// <summary>The layers of an encoder.</summary>
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

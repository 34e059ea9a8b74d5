using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The first layers of a network: one convolution or ResNet-D's three, and a max-pool where the stem has one.</summary>
/// <param name="Convs">The convolutions, one or three, in order.</param>
/// <param name="MaxPool">Whether a 3×3 max-pool of stride 2 follows.</param>
public sealed record StemPlan(Sequence<ConvPlan> Convs, bool MaxPool)
{
    /// <summary>Channels of the stem's output.</summary>
    public int Outputs => Convs[Convs.Count - 1].Outputs;

    /// <summary>Side in pixels of the feature map after the last convolution, before the pool.</summary>
    public int SideConv => Convs[Convs.Count - 1].SideOut;

    /// <summary>Side in pixels of the stem's output.</summary>
    public int SideOut => MaxPool ? Side.After(SideConv, 2) : SideConv;

    /// <summary>Cost of the stem for one image.</summary>
    public Cost Cost => Convs.Aggregate(default(Cost), static (sum, conv) => sum + conv.Cost);
}

/// <summary>A group of residual blocks: a first one that changes the shape and projects its skip, then equal ones.</summary>
/// <param name="Index">Number of the group, 1 to 4.</param>
/// <param name="Entry">First block.</param>
/// <param name="Body">The block that follows, as often as <paramref name="BodyBlocks"/> says.</param>
/// <param name="BodyBlocks">Number of blocks after the first.</param>
public sealed record GroupPlan(int Index, BlockPlan Entry, BlockPlan Body, int BodyBlocks)
{
    /// <summary>Cost of all blocks of the group for one image.</summary>
    public Cost Cost => Entry.Cost + (BodyBlocks * Body.Cost);
}

/// <summary>A residual network (§3.2) with the shape of every layer.</summary>
/// <param name="Depth">18, 34, 50, 101, 152 or 200.</param>
/// <param name="Width">Multiplier of channel counts.</param>
/// <param name="SelectiveKernel">Whether it has ResNet-D stem and skips, and selective kernels where its blocks have them.</param>
/// <param name="StemKind">Which stem it has.</param>
/// <param name="Channels">Colour channels of the images.</param>
/// <param name="Side">Side of the images in pixels.</param>
/// <param name="Stem">First layers.</param>
/// <param name="Groups">The four groups.</param>
public sealed record EncoderPlan(
    int Depth,
    double Width,
    bool SelectiveKernel,
    Stem StemKind,
    int Channels,
    int Side,
    StemPlan Stem,
    Sequence<GroupPlan> Groups
)
{
    /// <summary>
    /// What the backward pass computes again (activation checkpointing); null for nothing. It is a property and no parameter of the
    /// constructor because the hashes of stages are made from the parameters: it changes what a stage costs but not its result, so a
    /// finished stage can still be reused.
    /// </summary>
    public Recompute? Recompute { get; init; }

    /// <summary>Length of the feature vector: the last group's channels.</summary>
    public int Features => Groups[Groups.Count - 1].Entry.Outputs;

    /// <summary>Cost of the whole network for one image.</summary>
    public Cost Cost => Groups.Aggregate(Stem.Cost, static (sum, group) => sum + group.Cost);

    /// <summary>
    /// Number of values that are kept in memory for the backward pass of one image: all activations, or with recomputed blocks the input of
    /// each block and the inner activations of the largest one, as only one block is recomputed at a time.
    /// </summary>
    public long Activations =>
        Recompute is null
            ? Cost.Activations
            : ((long)Channels * Side * Side)
                + Groups.Sum(static group => Input(group.Entry) + (group.BodyBlocks * Input(group.Body)))
                + Groups
                    .SelectMany(static group => new[] { group.Entry.Cost, group.Body.Cost })
                    .Append(Stem.Cost)
                    .Max(static cost => cost.Activations);

    /// <summary>Whether it computes the same as another network; the two may differ in what they keep in memory.</summary>
    public bool ComputesAs(EncoderPlan other) => this == other with { Recompute = Recompute };

    /// <summary>
    /// Name to be shown: <c>ResNet-50 ×2 +SK</c>; <c>ResNet-18 +D</c> for the official code's basic blocks, which have ResNet-D's skips but
    /// no selective kernels.
    /// </summary>
    public string Title => $"ResNet-{Depth}" + (Width == 1 ? "" : $" ×{Numbers.Plain(Width)}") + Kind;

    private string Kind =>
        !SelectiveKernel ? ""
        : Groups[0].Entry is BlockPlan.Basic ? " +D"
        : " +SK";

    private static long Input(BlockPlan block) => (long)block.Inputs * block.SideIn * block.SideIn;

    /// <summary>Plans every layer of a network for images with so many channels and with sides of so many pixels.</summary>
    public static EncoderPlan Of(EncoderSpec spec, int channels, int side) => EncoderPlanner.Plan(spec, channels, side);
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>First layers of a network, decided: one convolution, or ResNet-D's three, and a max-pool where the stem has one.</summary>
/// <param name="Convs">One convolution, or three.</param>
/// <param name="MaxPool">Whether a 3×3 max-pool of stride 2 follows.</param>
public sealed record StemPlan(Sequence<ConvPlan> Convs, bool MaxPool)
{
    public int Outputs => Convs[Convs.Count - 1].Outputs;

    /// <summary>Side of the feature map before the pool.</summary>
    public int SideConv => Convs[Convs.Count - 1].SideOut;

    public int SideOut => MaxPool ? Side.After(SideConv, 2) : SideConv;

    public Cost Cost => Convs.Aggregate(default(Cost), static (sum, conv) => sum + conv.Cost);
}

/// <summary>A group of residual blocks: one that changes the shape and projects, then equal ones.</summary>
/// <param name="Index">1 to 4.</param>
/// <param name="Entry">First block.</param>
/// <param name="Body">The block that follows.</param>
/// <param name="BodyBlocks">How many times it follows.</param>
public sealed record GroupPlan(int Index, BlockPlan Entry, BlockPlan Body, int BodyBlocks)
{
    public Cost Cost => Entry.Cost + (BodyBlocks * Body.Cost);
}

/// <summary>A residual network, decided (§3.2).</summary>
/// <param name="Depth">18, 34, 50, 101, 152 or 200.</param>
/// <param name="Width">Multiplier of channel counts.</param>
/// <param name="SelectiveKernel">Whether it has ResNet-D stem and skips, and selective kernels where its blocks have them.</param>
/// <param name="StemKind">Which stem it has.</param>
/// <param name="Channels">Colour channels of the images.</param>
/// <param name="Side">Side of the images.</param>
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
    /// What its backward pass computes again, or null for nothing. Not one of the constructor's parameters, of which stages' hashes are made:
    /// it changes what a stage costs and no bit of what it computes, so that a finished one is still the same stage.
    /// </summary>
    public Recompute? Recompute { get; init; }

    /// <summary>Length of the feature vector: the last group's channels.</summary>
    public int Features => Groups[Groups.Count - 1].Entry.Outputs;

    public Cost Cost => Groups.Aggregate(Stem.Cost, static (sum, group) => sum + group.Cost);

    /// <summary>
    /// Values that one image has in memory for the backward pass: everything, or with recomputed blocks the input of each and the inner
    /// values of the largest, whose turn it is.
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

    /// <summary>Whether it computes the same as another network, whatever either keeps in memory.</summary>
    public bool ComputesAs(EncoderPlan other) => this == other with { Recompute = Recompute };

    /// <summary>
    /// Name for people: <c>ResNet-50 ×2 +SK</c>; <c>ResNet-18 +D</c> for the official code's basic blocks, which have ResNet-D's skips but no
    /// selective kernels.
    /// </summary>
    public string Title => $"ResNet-{Depth}" + (Width == 1 ? "" : $" ×{Numbers.Plain(Width)}") + Kind;

    private string Kind =>
        !SelectiveKernel ? ""
        : Groups[0].Entry is BlockPlan.Basic ? " +D"
        : " +SK";

    private static long Input(BlockPlan block) => (long)block.Inputs * block.SideIn * block.SideIn;

    /// <summary>Decides every layer of a network for images of the given size.</summary>
    public static EncoderPlan Of(EncoderSpec spec, int channels, int side) => EncoderPlanner.Plan(spec, channels, side);
}

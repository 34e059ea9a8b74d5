namespace SimClrDsl.Specs;

/// <summary>First layers of the network.</summary>
public enum Stem
{
    /// <summary>7×7 convolution of stride 2 (three 3×3 with selective kernels, as ResNet-D), then 3×3 max-pool of stride 2.</summary>
    Imagenet,

    /// <summary>3×3 convolution of stride 1, no pool: for images of at most 32 px.</summary>
    Small,
}

/// <summary>
/// What selective kernels make of ResNet-18 and 34, whose basic blocks have none in the official code though the paper's CIFAR-10 study
/// (App. G) names them for all depths. Deeper networks have bottlenecks, where the question does not arise.
/// </summary>
public enum BasicBlock
{
    /// <summary>The official code's: ResNet-D stem and skips, and no selective kernels.</summary>
    Official,

    /// <summary>Ours: a selective-kernel unit in place of the block's first 3×3 convolution, beside ResNet-D stem and skips.</summary>
    Selective,
}

/// <summary>What of a network is computed a second time in the backward pass, so that it need not be kept until then.</summary>
public enum Recompute
{
    /// <summary>The stem and every residual block: only their inputs are kept (Chen et al. 2016).</summary>
    Blocks,
}

/// <summary>A residual network of the paper's family (§3.2).</summary>
public sealed record EncoderSpec
{
    [Field("Depth of the residual network.", Key = "resnet", OneOf = [18, 34, 50, 101, 152, 200])]
    public required int ResNet { get; init; }

    [Field("Multiplier of every channel count (1, 2, 3 in the paper; fractions for small machines).", Min = 0, AboveMin = true, Max = 16)]
    public double Width { get; init; } = 1;

    [Field("Selective kernels in bottleneck blocks, with ResNet-D stem and skips (§3.2).")]
    public bool SelectiveKernel { get; init; }

    [Field(
        "What selective kernels make of ResNet-18 and 34, which must say so: official, ResNet-D stem and skips only; or selective, kernels in place of each block's first convolution (App. G)."
    )]
    public BasicBlock? BasicBlock { get; init; }

    [Field("Inner width of the selective-kernel gate relative to its channels, at least 32.", Min = 0, AboveMin = true, Max = 1)]
    public double SelectiveKernelRatio { get; init; } = 0.0625;

    [Field("First layers; left out, small for images of at most 32 px and imagenet above.")]
    public Stem? Stem { get; init; }

    [Field(
        "Activation checkpointing: blocks keeps the blocks' inputs alone and runs each block again in the backward pass, which gives the same results to the bit in less memory, for one more forward pass; left out, everything is kept."
    )]
    public Recompute? Recompute { get; init; }
}

/// <summary>The student of a distillation: an encoder with a linear classifier and no projection head (§2).</summary>
public sealed record StudentSpec
{
    [Field("Depth of the residual network.", Key = "resnet", OneOf = [18, 34, 50, 101, 152, 200])]
    public required int ResNet { get; init; }

    [Field("Multiplier of every channel count.", Min = 0, AboveMin = true, Max = 16)]
    public double Width { get; init; } = 1;

    [Field("Selective kernels in bottleneck blocks, with ResNet-D stem and skips (§3.2).")]
    public bool SelectiveKernel { get; init; }

    [Field(
        "What selective kernels make of ResNet-18 and 34, which must say so: official, ResNet-D stem and skips only; or selective, kernels in place of each block's first convolution (App. G)."
    )]
    public BasicBlock? BasicBlock { get; init; }

    [Field("Inner width of the selective-kernel gate relative to its channels, at least 32.", Min = 0, AboveMin = true, Max = 1)]
    public double SelectiveKernelRatio { get; init; } = 0.0625;

    [Field("First layers; left out, small for images of at most 32 px and imagenet above.")]
    public Stem? Stem { get; init; }

    [Field(
        "Activation checkpointing: blocks keeps the blocks' inputs alone and runs each block again in the backward pass, which gives the same results to the bit in less memory, for one more forward pass; left out, everything is kept."
    )]
    public Recompute? Recompute { get; init; }

    [Field("Number of classes; left out, the teacher's, which it must equal.", Min = 2, Max = 100000)]
    public int? Classes { get; init; }

    /// <summary>The student's network without its classifier.</summary>
    public EncoderSpec ToEncoder() =>
        new()
        {
            ResNet = ResNet,
            Width = Width,
            SelectiveKernel = SelectiveKernel,
            BasicBlock = BasicBlock,
            SelectiveKernelRatio = SelectiveKernelRatio,
            Stem = Stem,
            Recompute = Recompute,
        };
}

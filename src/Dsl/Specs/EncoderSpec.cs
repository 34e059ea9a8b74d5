namespace SimClrDsl.Specs;

/// <summary>The first layers of the network, before its residual blocks.</summary>
public enum Stem
{
    /// <summary>7×7 convolution of stride 2 (three 3×3 with selective kernels, as ResNet-D), then 3×3 max-pool of stride 2.</summary>
    Imagenet,

    /// <summary>3×3 convolution of stride 1, no pool: for images of at most 32 px.</summary>
    Small,
}

/// <summary>
/// What selective kernels change in ResNet-18 and 34. The paper's CIFAR-10 study (App. G) says that networks of all depths have them, but
/// in the official code basic blocks never do. Deeper networks have bottleneck blocks, for which paper and code agree.
/// </summary>
public enum BasicBlock
{
    /// <summary>As in the official code: ResNet-D stem and skips, and no selective kernels.</summary>
    Official,

    /// <summary>
    /// Our own choice: ResNet-D stem and skips, and a selective-kernel unit in place of each block's first 3×3 convolution.
    /// </summary>
    Selective,
}

/// <summary>Activation checkpointing: which activations are computed again in the backward pass instead of being kept for it.</summary>
public enum Recompute
{
    /// <summary>Those inside the stem and every residual block; only the inputs of these are kept (Chen et al. 2016).</summary>
    Blocks,
}

/// <summary>A residual network of the paper's family (§3.2).</summary>
public sealed record EncoderSpec
{
    /// <summary>Depth of the residual network.</summary>
    [Field("Depth of the residual network.", Key = "resnet", OneOf = [18, 34, 50, 101, 152, 200])]
    public required int ResNet { get; init; }

    /// <summary>Multiplier of every channel count (1, 2, 3 in the paper; fractions for small machines).</summary>
    [Field("Multiplier of every channel count (1, 2, 3 in the paper; fractions for small machines).", Min = 0, AboveMin = true, Max = 16)]
    public double Width { get; init; } = 1;

    /// <summary>Selective kernels in bottleneck blocks, with ResNet-D stem and skips (§3.2).</summary>
    [Field("Selective kernels in bottleneck blocks, with ResNet-D stem and skips (§3.2).")]
    public bool SelectiveKernel { get; init; }

    /// <summary>
    /// What selective_kernel does to the basic blocks of ResNet-18 and 34, where it must be given: official, ResNet-D stem and skips only;
    /// or selective, also a selective-kernel unit in place of each block's first convolution (App. G).
    /// </summary>
    [Field(
        "What selective_kernel does to the basic blocks of ResNet-18 and 34, where it must be given: official, ResNet-D "
            + "stem and skips only; or selective, also a selective-kernel unit in place of each block's first convolution (App. "
            + "G)."
    )]
    public BasicBlock? BasicBlock { get; init; }

    /// <summary>Inner width of the selective-kernel gate as a share of its channels; the width is at least 32.</summary>
    [Field(
        "Inner width of the selective-kernel gate as a share of its channels; the width is at least 32.",
        Min = 0,
        AboveMin = true,
        Max = 1
    )]
    public double SelectiveKernelRatio { get; init; } = 0.0625;

    /// <summary>First layers; left out, small for images of at most 32 px and imagenet above.</summary>
    [Field("First layers; left out, small for images of at most 32 px and imagenet above.")]
    public Stem? Stem { get; init; }

    /// <summary>
    /// Activation checkpointing: blocks keeps only each block's input and computes the block again in the backward pass, which gives the
    /// same results to the bit in less memory, for one more forward pass; left out, all activations are kept.
    /// </summary>
    [Field(
        "Activation checkpointing: blocks keeps only each block's input and computes the block again in the backward "
            + "pass, which gives the same results to the bit in less memory, for one more forward pass; left out, all "
            + "activations are kept."
    )]
    public Recompute? Recompute { get; init; }
}

/// <summary>The student of a distillation: an encoder with a linear classifier and no projection head (§2).</summary>
public sealed record StudentSpec
{
    /// <summary>Depth of the residual network.</summary>
    [Field("Depth of the residual network.", Key = "resnet", OneOf = [18, 34, 50, 101, 152, 200])]
    public required int ResNet { get; init; }

    /// <summary>Multiplier of every channel count.</summary>
    [Field("Multiplier of every channel count.", Min = 0, AboveMin = true, Max = 16)]
    public double Width { get; init; } = 1;

    /// <summary>Selective kernels in bottleneck blocks, with ResNet-D stem and skips (§3.2).</summary>
    [Field("Selective kernels in bottleneck blocks, with ResNet-D stem and skips (§3.2).")]
    public bool SelectiveKernel { get; init; }

    /// <summary>
    /// What selective_kernel does to the basic blocks of ResNet-18 and 34, where it must be given: official, ResNet-D stem and skips only;
    /// or selective, also a selective-kernel unit in place of each block's first convolution (App. G).
    /// </summary>
    [Field(
        "What selective_kernel does to the basic blocks of ResNet-18 and 34, where it must be given: official, ResNet-D "
            + "stem and skips only; or selective, also a selective-kernel unit in place of each block's first convolution (App. "
            + "G)."
    )]
    public BasicBlock? BasicBlock { get; init; }

    /// <summary>Inner width of the selective-kernel gate as a share of its channels; the width is at least 32.</summary>
    [Field(
        "Inner width of the selective-kernel gate as a share of its channels; the width is at least 32.",
        Min = 0,
        AboveMin = true,
        Max = 1
    )]
    public double SelectiveKernelRatio { get; init; } = 0.0625;

    /// <summary>First layers; left out, small for images of at most 32 px and imagenet above.</summary>
    [Field("First layers; left out, small for images of at most 32 px and imagenet above.")]
    public Stem? Stem { get; init; }

    /// <summary>
    /// Activation checkpointing: blocks keeps only each block's input and computes the block again in the backward pass, which gives the
    /// same results to the bit in less memory, for one more forward pass; left out, all activations are kept.
    /// </summary>
    [Field(
        "Activation checkpointing: blocks keeps only each block's input and computes the block again in the backward "
            + "pass, which gives the same results to the bit in less memory, for one more forward pass; left out, all "
            + "activations are kept."
    )]
    public Recompute? Recompute { get; init; }

    /// <summary>Number of classes; left out, the teacher's, which it must equal.</summary>
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

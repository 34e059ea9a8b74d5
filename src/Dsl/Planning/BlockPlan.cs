namespace SimClrDsl.Planning;

/// <summary>A residual block with every choice made. A closed union: <see cref="Match{T}"/> has one parameter for each case.</summary>
public abstract record BlockPlan
{
    private BlockPlan(SkipPlan skip) => Skip = skip;

    /// <summary>The skip connection, which adds the block's input to the output of its convolutions.</summary>
    public SkipPlan Skip { get; }

    /// <summary>Channels of the block's input.</summary>
    public abstract int Inputs { get; }

    /// <summary>Channels of the block's output.</summary>
    public abstract int Outputs { get; }

    /// <summary>1, or 2 for a block that halves the sides of the feature map.</summary>
    public abstract int Stride { get; }

    /// <summary>Side of the input feature map in pixels.</summary>
    public abstract int SideIn { get; }

    /// <summary>Side of the output feature map in pixels.</summary>
    public int SideOut => Side.After(SideIn, Stride);

    /// <summary>Cost of the block for one image, with its skip connection.</summary>
    public abstract Cost Cost { get; }

    /// <summary>Calls the function for the case that this block is.</summary>
    public T Match<T>(
        Func<Basic, T> basic,
        Func<Bottleneck, T> bottleneck,
        Func<Selective, T> selective,
        Func<SelectiveBasic, T> selectiveBasic
    ) =>
        this switch
        {
            Basic block => basic(block),
            Bottleneck block => bottleneck(block),
            Selective block => selective(block),
            SelectiveBasic block => selectiveBasic(block),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(BlockPlan)}."),
        };

    /// <summary>Two 3×3 convolutions; the first has the stride.</summary>
    /// <param name="First">First convolution.</param>
    /// <param name="Second">Second convolution.</param>
    /// <param name="Around">The skip connection.</param>
    public sealed record Basic(ConvPlan First, ConvPlan Second, SkipPlan Around) : BlockPlan(Around)
    {
        /// <inheritdoc/>
        public override int Inputs => First.Inputs;

        /// <inheritdoc/>
        public override int Outputs => Second.Outputs;

        /// <inheritdoc/>
        public override int Stride => First.Stride;

        /// <inheritdoc/>
        public override int SideIn => First.SideIn;

        /// <inheritdoc/>
        public override Cost Cost => First.Cost + Second.Cost + Skip.Cost;
    }

    /// <summary>A 1×1 convolution to the inner width, a 3×3 one with the stride, and a 1×1 one to four times the inner width.</summary>
    /// <param name="Reduce">1×1 convolution to the inner width.</param>
    /// <param name="Spatial">3×3 convolution.</param>
    /// <param name="Expand">1×1 convolution to the output width.</param>
    /// <param name="Around">The skip connection.</param>
    public sealed record Bottleneck(ConvPlan Reduce, ConvPlan Spatial, ConvPlan Expand, SkipPlan Around) : BlockPlan(Around)
    {
        /// <inheritdoc/>
        public override int Inputs => Reduce.Inputs;

        /// <inheritdoc/>
        public override int Outputs => Expand.Outputs;

        /// <inheritdoc/>
        public override int Stride => Spatial.Stride;

        /// <inheritdoc/>
        public override int SideIn => Reduce.SideIn;

        /// <inheritdoc/>
        public override Cost Cost => Reduce.Cost + Spatial.Cost + Expand.Cost + Skip.Cost;
    }

    /// <summary>A bottleneck with a selective-kernel unit in place of its 3×3 convolution (§3.2).</summary>
    /// <param name="Reduce">1×1 convolution to the inner width.</param>
    /// <param name="Spatial">Selective-kernel unit.</param>
    /// <param name="Expand">1×1 convolution to the output width.</param>
    /// <param name="Around">The skip connection.</param>
    public sealed record Selective(ConvPlan Reduce, SelectiveKernelPlan Spatial, ConvPlan Expand, SkipPlan Around) : BlockPlan(Around)
    {
        /// <inheritdoc/>
        public override int Inputs => Reduce.Inputs;

        /// <inheritdoc/>
        public override int Outputs => Expand.Outputs;

        /// <inheritdoc/>
        public override int Stride => Spatial.Streams.Stride;

        /// <inheritdoc/>
        public override int SideIn => Reduce.SideIn;

        /// <inheritdoc/>
        public override Cost Cost => Reduce.Cost + Spatial.Cost + Expand.Cost + Skip.Cost;
    }

    /// <summary>
    /// A basic block with a selective-kernel unit in place of its first 3×3 convolution. The official code has no such block.
    /// </summary>
    /// <param name="First">Selective-kernel unit.</param>
    /// <param name="Second">3×3 convolution.</param>
    /// <param name="Around">The skip connection.</param>
    public sealed record SelectiveBasic(SelectiveKernelPlan First, ConvPlan Second, SkipPlan Around) : BlockPlan(Around)
    {
        /// <inheritdoc/>
        public override int Inputs => First.Streams.Inputs;

        /// <inheritdoc/>
        public override int Outputs => Second.Outputs;

        /// <inheritdoc/>
        public override int Stride => First.Streams.Stride;

        /// <inheritdoc/>
        public override int SideIn => First.Streams.SideIn;

        /// <inheritdoc/>
        public override Cost Cost => First.Cost + Second.Cost + Skip.Cost;
    }
}

/// <summary>The skip connection of a residual block. A closed union: <see cref="Match{T}"/> has one parameter for each case.</summary>
public abstract record SkipPlan
{
    private SkipPlan() { }

    /// <summary>Cost of the connection for one image.</summary>
    public abstract Cost Cost { get; }

    /// <summary>Calls the function for the case that this connection is.</summary>
    public T Match<T>(Func<T> identity, Func<ConvPlan, T> projected, Func<Pooled, T> pooled) =>
        this switch
        {
            Identity => identity(),
            Projected skip => projected(skip.Conv),
            Pooled skip => pooled(skip),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(SkipPlan)}."),
        };

    /// <summary>The input itself is added.</summary>
    public sealed record Identity : SkipPlan
    {
        /// <inheritdoc/>
        public override Cost Cost => default;
    }

    /// <summary>A 1×1 convolution with the block's stride, in the first block of every group.</summary>
    /// <param name="Conv">The convolution.</param>
    public sealed record Projected(ConvPlan Conv) : SkipPlan
    {
        /// <inheritdoc/>
        public override Cost Cost => Conv.Cost;
    }

    /// <summary>
    /// ResNet-D's: a 2×2 average pool with the block's stride, then a 1×1 convolution of stride 1. At stride 1 there
    /// is a pool too, which smooths.
    /// </summary>
    /// <param name="Stride">Stride of the pool.</param>
    /// <param name="Conv">The convolution after the pool.</param>
    public sealed record Pooled(int Stride, ConvPlan Conv) : SkipPlan
    {
        /// <inheritdoc/>
        public override Cost Cost => Conv.Cost;
    }
}

namespace SimClrDsl.Planning;

/// <summary>A residual block, decided. A closed union: <see cref="Match{T}"/> has one parameter a case.</summary>
public abstract record BlockPlan
{
    private BlockPlan(SkipPlan skip) => Skip = skip;

    /// <summary>What carries the block's input around it.</summary>
    public SkipPlan Skip { get; }

    public abstract int Inputs { get; }

    public abstract int Outputs { get; }

    public abstract int Stride { get; }

    public abstract int SideIn { get; }

    /// <summary>Side of the block's output.</summary>
    public int SideOut => Side.After(SideIn, Stride);

    public abstract Cost Cost { get; }

    public abstract T Match<T>(
        Func<Basic, T> basic,
        Func<Bottleneck, T> bottleneck,
        Func<Selective, T> selective,
        Func<SelectiveBasic, T> selectiveBasic
    );

    /// <summary>Two 3×3 convolutions; the first carries the stride.</summary>
    public sealed record Basic(ConvPlan First, ConvPlan Second, SkipPlan Around) : BlockPlan(Around)
    {
        public override int Inputs => First.Inputs;

        public override int Outputs => Second.Outputs;

        public override int Stride => First.Stride;

        public override int SideIn => First.SideIn;

        public override Cost Cost => First.Cost + Second.Cost + Skip.Cost;

        public override T Match<T>(
            Func<Basic, T> basic,
            Func<Bottleneck, T> bottleneck,
            Func<Selective, T> selective,
            Func<SelectiveBasic, T> selectiveBasic
        ) => basic(this);
    }

    /// <summary>1×1 to the inner width, 3×3 with the stride, 1×1 to four times the inner width.</summary>
    public sealed record Bottleneck(ConvPlan Reduce, ConvPlan Spatial, ConvPlan Expand, SkipPlan Around) : BlockPlan(Around)
    {
        public override int Inputs => Reduce.Inputs;

        public override int Outputs => Expand.Outputs;

        public override int Stride => Spatial.Stride;

        public override int SideIn => Reduce.SideIn;

        public override Cost Cost => Reduce.Cost + Spatial.Cost + Expand.Cost + Skip.Cost;

        public override T Match<T>(
            Func<Basic, T> basic,
            Func<Bottleneck, T> bottleneck,
            Func<Selective, T> selective,
            Func<SelectiveBasic, T> selectiveBasic
        ) => bottleneck(this);
    }

    /// <summary>A bottleneck whose 3×3 convolution is a selective-kernel unit.</summary>
    public sealed record Selective(ConvPlan Reduce, SelectiveKernelPlan Spatial, ConvPlan Expand, SkipPlan Around) : BlockPlan(Around)
    {
        public override int Inputs => Reduce.Inputs;

        public override int Outputs => Expand.Outputs;

        public override int Stride => Spatial.Streams.Stride;

        public override int SideIn => Reduce.SideIn;

        public override Cost Cost => Reduce.Cost + Spatial.Cost + Expand.Cost + Skip.Cost;

        public override T Match<T>(
            Func<Basic, T> basic,
            Func<Bottleneck, T> bottleneck,
            Func<Selective, T> selective,
            Func<SelectiveBasic, T> selectiveBasic
        ) => selective(this);
    }

    /// <summary>A basic block whose first 3×3 convolution is a selective-kernel unit.</summary>
    public sealed record SelectiveBasic(SelectiveKernelPlan First, ConvPlan Second, SkipPlan Around) : BlockPlan(Around)
    {
        public override int Inputs => First.Streams.Inputs;

        public override int Outputs => Second.Outputs;

        public override int Stride => First.Streams.Stride;

        public override int SideIn => First.Streams.SideIn;

        public override Cost Cost => First.Cost + Second.Cost + Skip.Cost;

        public override T Match<T>(
            Func<Basic, T> basic,
            Func<Bottleneck, T> bottleneck,
            Func<Selective, T> selective,
            Func<SelectiveBasic, T> selectiveBasic
        ) => selectiveBasic(this);
    }
}

/// <summary>What carries a block's input around it. A closed union.</summary>
public abstract record SkipPlan
{
    private SkipPlan() { }

    public abstract Cost Cost { get; }

    public abstract T Match<T>(Func<T> identity, Func<ConvPlan, T> projected, Func<Pooled, T> pooled);

    /// <summary>The input itself.</summary>
    public sealed record Identity : SkipPlan
    {
        public override Cost Cost => default;

        public override T Match<T>(Func<T> identity, Func<ConvPlan, T> projected, Func<Pooled, T> pooled) => identity();
    }

    /// <summary>A 1×1 convolution with the block's stride: the first block of every group.</summary>
    public sealed record Projected(ConvPlan Conv) : SkipPlan
    {
        public override Cost Cost => Conv.Cost;

        public override T Match<T>(Func<T> identity, Func<ConvPlan, T> projected, Func<Pooled, T> pooled) => projected(Conv);
    }

    /// <summary>ResNet-D: a 2×2 average pool with the block's stride, then a 1×1 convolution of stride 1. The pool is there at stride 1 too.</summary>
    public sealed record Pooled(int Stride, ConvPlan Conv) : SkipPlan
    {
        public override Cost Cost => Conv.Cost;

        public override T Match<T>(Func<T> identity, Func<ConvPlan, T> projected, Func<Pooled, T> pooled) => pooled(this);
    }
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>A convolution without bias and its batch norm: the unit the SimCLR papers draw as one box.</summary>
public static class ConvBn
{
    /// <param name="Kernel">[outputs, inputs, k, k].</param>
    /// <param name="Scale">γ [outputs].</param>
    /// <param name="Shift">β [outputs].</param>
    public sealed record Params(Tensor Kernel, Tensor Scale, Tensor Shift) : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(
                map(new(path / "kernel", LeafRole.Kernel, Kernel)),
                map(new(path / "scale", LeafRole.Normalization, Scale)),
                map(new(path / "shift", LeafRole.Normalization, Shift))
            );
    }

    /// <param name="Mean">Running mean [outputs].</param>
    /// <param name="Variance">Running variance [outputs].</param>
    public sealed record State(Tensor Mean, Tensor Variance) : ITree<State>
    {
        /// <summary>Mean 0 and variance 1, before the first batch.</summary>
        public static State Initial(Params p) => new(zeros_like(p.Scale), ones_like(p.Scale));

        public State Map(LeafPath path, LeafMap map) =>
            new(
                map(new(path / "mean", LeafRole.Statistic, Mean)),
                map(new(path / "variance", LeafRole.Statistic, Variance))
            );
    }

    /// <summary>Truncated-normal kernel, scale 1 (0 for the last batch norm of a block), shift 0.</summary>
    public static Params Init(Key key, int inputs, int outputs, int kernel, bool zeroGamma = false) =>
        new(
            Initializers.Convolution(key, inputs, outputs, kernel),
            zeroGamma ? zeros(outputs) : ones(outputs),
            zeros(outputs)
        );

    /// <summary>x [N, inputs, H, W] to [N, outputs, ⌈H / stride⌉, ⌈W / stride⌉]; the kernel takes x's type.</summary>
    public static (Tensor Y, State Next) Forward(Params p, State s, Tensor x, int stride, Phase phase)
    {
        var padding = (p.Kernel.size(2) - 1) / 2;
        var convolved = nn.functional.conv2d(x, p.Kernel.to(x.dtype), strides: [stride, stride], padding: [padding, padding]);
        var (y, mean, variance) = BatchNorm.Forward(convolved, p.Scale, p.Shift, s.Mean, s.Variance, phase);
        return (y, new(mean, variance));
    }
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>The last layer of the projection head: dense without bias, batch norm with a scale and no shift, no ReLU.</summary>
public static class DenseNorm
{
    /// <param name="Kernel">[outputs, inputs].</param>
    /// <param name="Scale">γ [outputs].</param>
    public sealed record Params(Tensor Kernel, Tensor Scale) : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), map(new(path / "scale", LeafRole.Normalization, Scale)));
    }

    /// <param name="Mean">Running mean [outputs].</param>
    /// <param name="Variance">Running variance [outputs].</param>
    public sealed record State(Tensor Mean, Tensor Variance) : ITree<State>
    {
        public static State Initial(Params p) => new(zeros_like(p.Scale), ones_like(p.Scale));

        public State Map(LeafPath path, LeafMap map) =>
            new(
                map(new(path / "mean", LeafRole.Statistic, Mean)),
                map(new(path / "variance", LeafRole.Statistic, Variance))
            );
    }

    public static Params Init(Key key, int inputs, int outputs) => new(Initializers.Dense(key, inputs, outputs), ones(outputs));

    /// <summary>x [N, inputs] to [N, outputs].</summary>
    public static (Tensor Y, State Next) Forward(Params p, State s, Tensor x, Phase phase)
    {
        var dense = nn.functional.linear(x, p.Kernel.to(x.dtype));
        var (y, mean, variance) = BatchNorm.Forward(dense, p.Scale, shift: null, s.Mean, s.Variance, phase);
        return (y, new(mean, variance));
    }
}

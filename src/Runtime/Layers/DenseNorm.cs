using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

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

    public static Params Init(Key key, int inputs, int outputs) => new(Initializers.Dense(key, inputs, outputs), ones(outputs));

    /// <summary>Statistics before the first batch.</summary>
    public static BatchNorm.State Start(Params p) => BatchNorm.Start(p.Scale);

    /// <summary>x [N, inputs] to [N, outputs].</summary>
    public static (Tensor Y, BatchNorm.State Next) Forward(Params p, BatchNorm.State s, Tensor x, Phase phase) =>
        BatchNorm.Forward(p.Scale, shift: null, s, Dense.Product(x, p.Kernel), phase);
}

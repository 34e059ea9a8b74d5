using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A hidden layer of the projection head: dense without bias, batch norm, ReLU (§2; its bias is the batch norm's shift).</summary>
public static class DenseBn
{
    /// <param name="Kernel">[outputs, inputs].</param>
    /// <param name="Norm">Over the outputs.</param>
    public sealed record Params(Tensor Kernel, BatchNorm.Params Norm) : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), Norm.Map(path / "norm", map));
    }

    public static Params Init(Key key, int inputs, int outputs) => new(Initializers.Dense(key, inputs, outputs), BatchNorm.Init(outputs));

    /// <summary>Statistics before the first batch.</summary>
    public static BatchNorm.State Start(Params p) => BatchNorm.Start(p.Norm.Scale);

    /// <summary>x [N, inputs] to [N, outputs], after its ReLU.</summary>
    public static (Tensor Y, BatchNorm.State Next) Forward(Params p, BatchNorm.State s, Tensor x, Phase phase) =>
        BatchNorm.ForwardRelu(p.Norm, s, Dense.Product(x, p.Kernel), phase);
}

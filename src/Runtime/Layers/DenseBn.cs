using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// A hidden layer of the projection head (§2): a dense layer, a batch norm and a ReLU. The dense layer has no bias because the batch norm's
/// shift takes its place.
/// </summary>
public static class DenseBn
{
    /// <summary>The trained parameters.</summary>
    /// <param name="Kernel">float32 [outputs, inputs].</param>
    /// <param name="Norm">Parameters of the batch norm over the outputs.</param>
    public sealed record Params(Tensor Kernel, BatchNorm.Params Norm) : ITree<Params>
    {
        /// <inheritdoc/>
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), Norm.Map(path / "norm", map));
    }

    /// <summary>Initial parameters: a normal kernel with standard deviation 0.01, γ = 1 and β = 0.</summary>
    /// <param name="key">Key of the kernel.</param>
    /// <param name="inputs">Number of input features.</param>
    /// <param name="outputs">Number of output features.</param>
    public static Params Init(Key key, int inputs, int outputs) => new(Initializers.Dense(key, inputs, outputs), BatchNorm.Init(outputs));

    /// <summary>The running statistics before the first batch: mean 0 and variance 1.</summary>
    /// <param name="p">The parameters.</param>
    public static BatchNorm.State Start(Params p) => BatchNorm.Start(p.Norm.Scale);

    /// <summary>The dense layer, batch norm and ReLU.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="x">float32 or bfloat16 [N, inputs].</param>
    /// <param name="phase">Which statistics the batch norm uses.</param>
    /// <returns>[N, outputs] in x's type, and the next statistics.</returns>
    public static (Tensor Y, BatchNorm.State Next) Forward(Params p, BatchNorm.State s, Tensor x, Phase phase) =>
        BatchNorm.ForwardRelu(p.Norm, s, Dense.Product(x, p.Kernel), phase);
}

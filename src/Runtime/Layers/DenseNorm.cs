using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// The last layer of the projection head (§2): a dense layer without bias and a batch norm with scale but without shift; no ReLU.
/// </summary>
public static class DenseNorm
{
    /// <summary>The trained parameters.</summary>
    /// <param name="Kernel">float32 [outputs, inputs].</param>
    /// <param name="Scale">γ [outputs].</param>
    public sealed record Params(Tensor Kernel, Tensor Scale) : ITree<Params>
    {
        /// <inheritdoc/>
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), map(new(path / "scale", LeafRole.Normalization, Scale)));
    }

    /// <summary>Initial parameters: a normal kernel with standard deviation 0.01, and γ = 1.</summary>
    /// <param name="key">Key of the kernel.</param>
    /// <param name="inputs">Number of input features.</param>
    /// <param name="outputs">Number of output features.</param>
    public static Params Init(Key key, int inputs, int outputs) => new(Initializers.Dense(key, inputs, outputs), ones(outputs));

    /// <summary>The running statistics before the first batch: mean 0 and variance 1.</summary>
    /// <param name="p">The parameters.</param>
    public static BatchNorm.State Start(Params p) => BatchNorm.Start(p.Scale);

    /// <summary>The dense layer and batch norm.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="s">The running statistics.</param>
    /// <param name="x">float32 or bfloat16 [N, inputs].</param>
    /// <param name="phase">Which statistics the batch norm uses.</param>
    /// <returns>[N, outputs] in x's type, and the next statistics.</returns>
    public static (Tensor Y, BatchNorm.State Next) Forward(Params p, BatchNorm.State s, Tensor x, Phase phase) =>
        BatchNorm.Forward(p.Scale, shift: null, s, Dense.Product(x, p.Kernel), phase);
}

using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>A linear classifier: a dense layer with bias.</summary>
public static class Dense
{
    /// <summary>The trained parameters, float32.</summary>
    /// <param name="Kernel">[classes, inputs].</param>
    /// <param name="Bias">[classes].</param>
    public sealed record Params(Tensor Kernel, Tensor Bias) : ITree<Params>
    {
        /// <inheritdoc/>
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.ClassifierKernel, Kernel)), map(new(path / "bias", LeafRole.Bias, Bias)));
    }

    /// <summary>
    /// Initial parameters of a classifier whose network is trained from scratch: a normal kernel with standard deviation 0.01, and zero
    /// bias.
    /// </summary>
    /// <param name="key">Key of the kernel.</param>
    /// <param name="inputs">Number of input features.</param>
    /// <param name="classes">Number of classes.</param>
    public static Params Init(Key key, int inputs, int classes) => new(Initializers.Dense(key, inputs, classes), zeros(classes));

    /// <summary>
    /// Initial parameters of a classifier on a trained network: zeros, as the reference code sets them when it starts from a checkpoint.
    /// </summary>
    /// <param name="inputs">Number of input features.</param>
    /// <param name="classes">Number of classes.</param>
    public static Params Zeros(int inputs, int classes) => new(zeros(classes, inputs), zeros(classes));

    /// <summary>
    /// The product of x [N, inputs] and the transpose of a kernel [outputs, inputs], in x's type. The converted kernel is owned by the
    /// autograd graph, so it is freed when the backward pass has used it rather than at the end of the step.
    /// </summary>
    internal static Tensor Product(Tensor x, Tensor kernel)
    {
        using var typed = kernel.to(x.dtype);
        return nn.functional.linear(x, typed);
    }

    /// <summary>The logits of features, in the type of the parameters. In training that is float32, whose range the losses need.</summary>
    /// <param name="p">The parameters.</param>
    /// <param name="x">Features [N, inputs] of any floating-point type.</param>
    /// <returns>Logits [N, classes].</returns>
    public static Tensor Forward(Params p, Tensor x) => nn.functional.linear(x.to(p.Kernel.dtype), p.Kernel, p.Bias);
}

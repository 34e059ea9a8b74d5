using SimClrDsl.Runtime.Layers;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>A convolution or dense layer into which the batch norm after it is folded.</summary>
/// <param name="Weight">float32 [outputs, inputs, k, k] or [outputs, inputs].</param>
/// <param name="Bias">float32 [outputs].</param>
internal sealed record FoldedLayer(Tensor Weight, Tensor Bias)
{
    /// <summary>
    /// The layer of a path. Under running statistics a batch norm multiplies each output by γ/√(variance + ε), and adds β minus the same
    /// multiple of the mean. The products are computed in float64.
    /// </summary>
    /// <param name="weights">All tensors of the network, by name.</param>
    /// <param name="path">Path of the layer: <c>encoder.stem.conv</c>.</param>
    public static FoldedLayer Of(IReadOnlyDictionary<string, Tensor> weights, string path)
    {
        using var scope = NewDisposeScope();
        var kernel = weights[$"params.{path}.kernel"].to(float64);

        // The last layer of a projection head has a scale of its own and no shift.
        var shifted = weights.TryGetValue($"params.{path}.norm.shift", out var shift);
        var scale = weights[shifted ? $"params.{path}.norm.scale" : $"params.{path}.scale"].to(float64);
        var factor = scale / (weights[$"state.{path}.variance"].to(float64) + BatchNorm.Epsilon).sqrt();
        var weight = kernel * factor.reshape([-1, .. Enumerable.Repeat(1L, (int)kernel.dim() - 1)]);
        var bias = factor * -weights[$"state.{path}.mean"].to(float64);
        return new(
            weight.to(float32).MoveToOuterDisposeScope(),
            (shifted ? bias + shift!.to(float64) : bias).to(float32).MoveToOuterDisposeScope()
        );
    }
}

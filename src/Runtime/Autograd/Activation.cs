using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// The output of a layer. If it is the output of a batch norm and a ReLU, it also carries the input of that batch norm. A following
/// convolution then saves this input for its backward pass, which the batch norm saves anyway, and recomputes its own input from it; so the
/// activation itself is not kept in memory. Nor is the output of a residual block, which carries what it can be computed from.
/// </summary>
/// <param name="Value">The activations, [N, C, H, W] or [N, C].</param>
/// <param name="Source">The input of the batch norm that made them; null if the activations themselves must be saved.</param>
/// <param name="Sum">What the output of a residual block is computed from; null for another activation, or one that is kept.</param>
public sealed record Activation(Tensor Value, Normalized? Source = null, ResidualSum? Sum = null)
{
    /// <summary>An activation without a source.</summary>
    /// <param name="value">The activations.</param>
    public static implicit operator Activation(Tensor value) => new(value);

    /// <summary>The activations alone.</summary>
    /// <param name="activation">The output of a layer.</param>
    public static implicit operator Tensor(Activation activation) => activation.Value;
}

/// <summary>
/// The activations max(scale · x + shift, 0) of a batch norm and a ReLU, or those of the batch norm alone, in terms of the input x.
/// </summary>
/// <param name="Raw">x, the input of the batch norm, [N, C, H, W] or [N, C].</param>
/// <param name="Scale">float32 [C]: γ / √(variance + ε).</param>
/// <param name="Shift">float32 [C]: β − mean · γ / √(variance + ε).</param>
/// <param name="Relu">Whether the ReLU follows.</param>
public sealed record Normalized(Tensor Raw, Tensor Scale, Tensor Shift, bool Relu = true);

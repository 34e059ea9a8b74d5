using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// What a unit hands on. Where its values are a batch norm's after a ReLU, what they follow from comes with them: a convolution that reads them
/// keeps that for its backward pass, which the batch norm keeps anyway, and not the values.
/// </summary>
/// <param name="Value">The values, [N, C, H, W] or [N, C].</param>
/// <param name="Source">What they follow from; null where they must be kept as they are.</param>
public sealed record Activation(Tensor Value, Normalized? Source = null)
{
    public static implicit operator Activation(Tensor value) => new(value);

    public static implicit operator Tensor(Activation activation) => activation.Value;
}

/// <summary>Values max(scale · x + shift, 0), given by what they are made of.</summary>
/// <param name="Raw">x, what the batch norm normalised.</param>
/// <param name="Scale">float32 [channels]: its scale over the standard deviation.</param>
/// <param name="Shift">float32 [channels]: its shift less mean · scale.</param>
public sealed record Normalized(Tensor Raw, Tensor Scale, Tensor Shift);

using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>The role of a tensor in its layer.</summary>
internal enum WeightPart
{
    /// <summary>Kernel of a convolution [outputs, inputs, k, k] or of a dense layer [outputs, inputs].</summary>
    Kernel,

    /// <summary>Bias of a classifier [classes].</summary>
    Bias,

    /// <summary>γ of a batch norm.</summary>
    Scale,

    /// <summary>β of a batch norm.</summary>
    Shift,

    /// <summary>Running mean of a batch norm.</summary>
    Mean,

    /// <summary>Running variance of a batch norm.</summary>
    Variance,
}

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="Part">Its role in its layer.</param>
/// <param name="Name">Its name, such as <c>params.encoder.stem.conv.kernel</c>.</param>
/// <param name="Shape">Its sizes.</param>
internal sealed record WeightTensor(WeightPart Part, string Name, Sequence<long> Shape);

/// <summary>The tensors that a layer has besides its kernel.</summary>
internal enum WeightKind
{
    /// <summary>A batch norm with scale and shift: <c>ConvBn</c>, <c>DenseBn</c>.</summary>
    Normalized,

    /// <summary>A batch norm with a scale alone: <c>DenseNorm</c>.</summary>
    Scaled,

    /// <summary>None: the last convolution of a selective kernel's gate.</summary>
    Bare,

    /// <summary>A bias: <c>Dense</c>.</summary>
    Biased,
}

/// <summary>The weights of one layer, with the names that they have in checkpoints.</summary>
/// <param name="Path">Path of the layer in the network, such as <c>encoder.group1_entry.reduce</c>.</param>
/// <param name="Kind">The tensors that it has besides its kernel.</param>
/// <param name="Kernel">Shape of its kernel, outputs first.</param>
internal sealed record WeightLayer(string Path, WeightKind Kind, Sequence<long> Kernel)
{
    /// <summary>The tensors of the layer.</summary>
    public IEnumerable<WeightTensor> Tensors
    {
        get
        {
            Sequence<long> outputs = [Kernel[0]];

            // A bare kernel is itself a property of the record that it belongs to. Every other layer is a record with a property "kernel".
            yield return new(WeightPart.Kernel, Kind == WeightKind.Bare ? $"params.{Path}" : $"params.{Path}.kernel", Kernel);
            if (Kind == WeightKind.Biased)
            {
                yield return new(WeightPart.Bias, $"params.{Path}.bias", outputs);
            }

            if (Kind == WeightKind.Normalized)
            {
                yield return new(WeightPart.Scale, $"params.{Path}.norm.scale", outputs);
                yield return new(WeightPart.Shift, $"params.{Path}.norm.shift", outputs);
            }

            if (Kind == WeightKind.Scaled)
            {
                yield return new(WeightPart.Scale, $"params.{Path}.scale", outputs);
            }

            if (Kind is WeightKind.Normalized or WeightKind.Scaled)
            {
                yield return new(WeightPart.Mean, $"state.{Path}.mean", outputs);
                yield return new(WeightPart.Variance, $"state.{Path}.variance", outputs);
            }
        }
    }
}

using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>What a step measures.</summary>
/// <param name="Loss">Scalar, float32.</param>
/// <param name="Accuracy">
/// Scalar, float32: share of images whose label, or whose other view among the cross-view candidates, ranks first.
/// </param>
public sealed record StepMetrics(Tensor Loss, Tensor Accuracy);

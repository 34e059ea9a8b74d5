using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>The metrics of one training step.</summary>
/// <param name="Loss">Scalar, float32.</param>
/// <param name="Accuracy">
/// Scalar, float32: the fraction of images that are ranked correctly. In supervised stages the label must rank first; in pretraining the
/// other view of the image must rank first among the other views of all images of the batch.
/// </param>
public sealed record StepMetrics(Tensor Loss, Tensor Accuracy);

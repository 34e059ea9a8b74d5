using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>A batch of images without labels.</summary>
/// <param name="Images">The images, before cropping.</param>
/// <param name="Compute">The type that the network computes in: float32 or bfloat16.</param>
public sealed record UnlabelledBatch(ImageBatch Images, ScalarType Compute);

/// <summary>A batch of images with labels.</summary>
/// <param name="Images">The images, before cropping.</param>
/// <param name="Labels">int64 [N], class indices.</param>
/// <param name="Compute">The type that the network computes in: float32 or bfloat16.</param>
public sealed record LabelledBatch(ImageBatch Images, Tensor Labels, ScalarType Compute);

/// <summary>A batch for the combined loss of Eq. 3.</summary>
/// <param name="Unlabelled">Images for the distillation term.</param>
/// <param name="Labelled">Images for the cross-entropy term.</param>
public sealed record MixedBatch(UnlabelledBatch Unlabelled, LabelledBatch Labelled);

/// <summary>A batch of encoder features with labels, for linear evaluation.</summary>
/// <param name="Values">float32 [N, features].</param>
/// <param name="Labels">int64 [N], class indices.</param>
public sealed record FeatureBatch(Tensor Values, Tensor Labels);

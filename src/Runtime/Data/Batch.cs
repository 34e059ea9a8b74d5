using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>Images without labels.</summary>
/// <param name="Images">The images, before their crop.</param>
/// <param name="Compute">Type the network computes in on this device.</param>
public sealed record UnlabelledBatch(ImageBatch Images, ScalarType Compute);

/// <summary>Images with labels.</summary>
/// <param name="Images">The images, before their crop.</param>
/// <param name="Labels">int64 [N], class indices.</param>
/// <param name="Compute">Type the network computes in on this device.</param>
public sealed record LabelledBatch(ImageBatch Images, Tensor Labels, ScalarType Compute);

/// <summary>Unlabelled images for Eq. 3's distillation term, labelled ones for its label term.</summary>
public sealed record MixedBatch(UnlabelledBatch Unlabelled, LabelledBatch Labelled);

/// <summary>Features with labels, for a classifier alone.</summary>
/// <param name="Values">float32 [N, features].</param>
/// <param name="Labels">int64 [N], class indices.</param>
public sealed record FeatureBatch(Tensor Values, Tensor Labels);

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Which statistics batch norms normalise with, and how they update the running ones.</summary>
public enum Phase
{
    /// <summary>
    /// Normalise with the batch's statistics, and update the running statistics with the batch's mean and biased variance (divided by n),
    /// as the reference code does.
    /// </summary>
    Train,

    /// <summary>
    /// As <see cref="Train"/>, but update the running variance with the unbiased variance (divided by n − 1), as PyTorch does.
    /// </summary>
    TrainUnbiased,

    /// <summary>Normalise with the running statistics and do not change them.</summary>
    Infer,
}

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Whether batch normalisation uses the batch's statistics or the running ones.</summary>
public enum Phase
{
    /// <summary>Normalise with the batch and move the running statistics by its mean and biased variance, as the reference does.</summary>
    Train,

    /// <summary>The same, where what moves the running variance is the batch's unbiased one, as in PyTorch.</summary>
    TrainUnbiased,

    /// <summary>Normalise with the running statistics and leave them as they are.</summary>
    Infer,
}

namespace SimClrDsl.Runtime;

/// <summary>Whether batch normalisation uses the batch's statistics or the running ones.</summary>
public enum Phase
{
    /// <summary>Normalise with the batch and move the running statistics.</summary>
    Train,

    /// <summary>Normalise with the running statistics and leave them as they are.</summary>
    Infer,
}

namespace SimClrDsl.Runtime.Profiling;

/// <summary>The kinds of work that the time of a training step is divided into.</summary>
public enum StepPhase
{
    /// <summary>
    /// Choosing the images of the batch, reading and decoding them, and copying them to the device. Random crops of image files are part of
    /// decoding, and so of this phase.
    /// </summary>
    Data,

    /// <summary>Augmentation: from stored pixels to the input of the network.</summary>
    Augment,

    /// <summary>Forward passes of all networks, including those that the step does not train.</summary>
    Forward,

    /// <summary>The objective and the step's metrics.</summary>
    Loss,

    /// <summary>Backward passes, including the blocks that activation checkpointing computes again.</summary>
    Backward,

    /// <summary>Updates of weights, moving averages and the memory queue.</summary>
    Optimizer,

    /// <summary>Waiting for other ranks: until a collective operation has ended that this rank needs now.</summary>
    Ranks,

    /// <summary>Everything else, such as freeing tensors and recording metrics.</summary>
    Other,
}

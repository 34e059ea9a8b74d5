namespace SimClrDsl.Runtime.Profiling;

/// <summary>What a stretch of a training step is spent on.</summary>
public enum StepPhase
{
    /// <summary>Choosing the batch's images, reading and decoding them, and the way to the device; crops of files are made while decoding.</summary>
    Data,

    /// <summary>From stored pixels to what the network takes.</summary>
    Augment,

    /// <summary>Networks, those that are not trained in the step included.</summary>
    Forward,

    /// <summary>Objectives and their measures.</summary>
    Loss,

    /// <summary>Gradients, blocks that are computed again for them included.</summary>
    Backward,

    /// <summary>Updates of weights, moving averages and queues.</summary>
    Optimizer,

    /// <summary>The rest: trees, scopes, curves.</summary>
    Other,
}

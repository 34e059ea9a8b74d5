namespace SimClrDsl.Specs;

/// <summary>Whether pretraining has a memory.</summary>
public enum MemoryUse
{
    /// <summary>Where the paper has one: for ImageNet (§3.1), and not for CIFAR-10, where it gained nothing (App. G, footnote 5), nor for other small images.</summary>
    Auto,
    Always,
    Never,
}

/// <summary>Which views ask and which answer.</summary>
public enum MemoryQueries
{
    /// <summary>Every view is a query, and the other view's key its positive, as in SimCLR.</summary>
    Both,

    /// <summary>First views are queries and second views keys, as in MoCo: each network sees one view.</summary>
    First,
}

/// <summary>Whose features of the same batch a query is compared with.</summary>
public enum MemoryInBatch
{
    /// <summary>The memory network's, without gradient.</summary>
    Ema,

    /// <summary>The trained network's own, with gradient, as without a memory; only the queue holds the memory network's.</summary>
    Online,
}

/// <summary>Which views' keys are kept for later batches.</summary>
public enum MemoryKeep
{
    Both,
    Second,
}

/// <summary>The batch-norm statistics of the memory network, which matter where it is evaluated.</summary>
public enum MemoryStatistics
{
    /// <summary>Moved by its own forward passes, as in MoCo.</summary>
    Own,

    /// <summary>The moving average of the trained network's, as its weights are.</summary>
    Averaged,
}

/// <summary>
/// The memory (§2, §3.1; what it gains, App. D): a second network whose weights are a moving average of the trained ones', and a queue of its outputs for
/// earlier batches, which are further negatives. The paper takes size and decay from MoCo and leaves the rest open; the defaults are the
/// reading that agrees with its authors' answers: both views are queries, and all they are compared with comes from the memory network.
/// </summary>
public sealed record MemorySpec
{
    [Field(
        "Whether there is a memory; auto for one where the paper has it, on ImageNet (§3.1) and not on small images, as the paper found for CIFAR-10 (App. G, footnote 5)."
    )]
    public MemoryUse Use { get; init; } = MemoryUse.Auto;

    [Field("Keys that the queue holds, a multiple of those a step adds; 0 for a memory network without a queue.", Min = 0, Max = 1e9)]
    public int Queue { get; init; } = 65536;

    [Field("Decay m of the moving average: weight ← m · weight + (1 − m) · trained weight, before each step's keys.", Min = 0, Max = 1)]
    public double Decay { get; init; } = 0.999;

    [Field("Which views are queries: both, or first against the keys of second ones, as in MoCo.")]
    public MemoryQueries Queries { get; init; } = MemoryQueries.Both;

    [Field("Whose features of the same batch are positive and negatives: the memory network's, or the trained one's with gradient.")]
    public MemoryInBatch InBatch { get; init; } = MemoryInBatch.Ema;

    [Field("Which views' keys enter the queue; left out, all that are made: both, or second where queries are first.")]
    public MemoryKeep? Keep { get; init; }

    [Field("Batch-norm statistics of the memory network: own, of its forward passes, or averaged like its weights.")]
    public MemoryStatistics Statistics { get; init; } = MemoryStatistics.Own;
}

namespace SimClrDsl.Specs;

/// <summary>Whether pretraining has a memory.</summary>
public enum MemoryUse
{
    /// <summary>
    /// There is one where the paper has one: for ImageNet (§3.1), and not for CIFAR-10, where it gained nothing (App. G, footnote 5), nor
    /// for other small images.
    /// </summary>
    Auto,

    /// <summary>There is a memory, whatever the data set.</summary>
    Always,

    /// <summary>There is no memory, whatever the data set.</summary>
    Never,
}

/// <summary>Which of an image's two views are queries, and which give keys.</summary>
public enum MemoryQueries
{
    /// <summary>Every view is a query, and the other view's key is its positive, as in SimCLR.</summary>
    Both,

    /// <summary>First views are queries and second views give keys, as in MoCo: each network sees one view.</summary>
    First,
}

/// <summary>The network whose features of the same batch a query is compared with.</summary>
public enum MemoryInBatch
{
    /// <summary>The memory network, whose features have no gradient.</summary>
    Ema,

    /// <summary>
    /// The trained network itself, with gradient, as without a memory; only the queue holds features of the memory network.
    /// </summary>
    Online,
}

/// <summary>Which views' keys are kept for later batches.</summary>
public enum MemoryKeep
{
    /// <summary>The keys of both views, two for each image.</summary>
    Both,

    /// <summary>The keys of second views, one for each image.</summary>
    Second,
}

/// <summary>How the running batch-norm statistics of the memory network are updated.</summary>
public enum MemoryStatistics
{
    /// <summary>By its own forward passes, as in MoCo.</summary>
    Own,

    /// <summary>As a moving average of the trained network's statistics, as its weights are.</summary>
    Averaged,
}

/// <summary>
/// The memory (§2, §3.1; its gain is in App. D): a second network whose weights are a moving average of the trained network's, and a queue
/// of its outputs for earlier batches, which are additional negatives. The paper takes queue size and decay from MoCo and leaves the rest
/// open. The defaults follow what its authors answered in public: both views are queries, and everything that they are compared with comes
/// from the memory network.
/// </summary>
public sealed record MemorySpec
{
    /// <summary>
    /// Whether there is a memory; auto uses one where the paper does, on ImageNet (§3.1), and none on small images, as the paper found for
    /// CIFAR-10 (App. G, footnote 5).
    /// </summary>
    [Field(
        "Whether there is a memory; auto uses one where the paper does, on ImageNet (§3.1), and none on small images, as "
            + "the paper found for CIFAR-10 (App. G, footnote 5)."
    )]
    public MemoryUse Use { get; init; } = MemoryUse.Auto;

    /// <summary>Keys that the queue holds, a multiple of those a step adds; 0 for a memory network without a queue.</summary>
    [Field("Keys that the queue holds, a multiple of those a step adds; 0 for a memory network without a queue.", Min = 0, Max = 1e9)]
    public int Queue { get; init; } = 65536;

    /// <summary>
    /// Decay m of the moving average: weight ← m · weight + (1 − m) · trained weight, before each step computes its keys.
    /// </summary>
    [Field(
        "Decay m of the moving average: weight ← m · weight + (1 − m) · trained weight, before each step computes its keys.",
        Min = 0,
        Max = 1
    )]
    public double Decay { get; init; } = 0.999;

    /// <summary>Which views are queries: both, or first against the keys of second ones, as in MoCo.</summary>
    [Field("Which views are queries: both, or first against the keys of second ones, as in MoCo.")]
    public MemoryQueries Queries { get; init; } = MemoryQueries.Both;

    /// <summary>
    /// Network whose features of the same batch are the positive and the negatives: ema, the memory network; online, the trained network,
    /// with gradient.
    /// </summary>
    [Field(
        "Network whose features of the same batch are the positive and the negatives: ema, the memory network; online, "
            + "the trained network, with gradient."
    )]
    public MemoryInBatch InBatch { get; init; } = MemoryInBatch.Ema;

    /// <summary>Views whose keys enter the queue; left out, all that are computed: both, or second where queries is first.</summary>
    [Field("Views whose keys enter the queue; left out, all that are computed: both, or second where queries is first.")]
    public MemoryKeep? Keep { get; init; }

    /// <summary>
    /// Batch-norm statistics of the memory network: own, those of its forward passes; averaged, a moving average as its weights are.
    /// </summary>
    [Field("Batch-norm statistics of the memory network: own, those of its forward passes; averaged, a moving average as its weights are.")]
    public MemoryStatistics Statistics { get; init; } = MemoryStatistics.Own;
}

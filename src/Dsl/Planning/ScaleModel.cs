namespace SimClrDsl.Planning;

/// <summary>
/// A GPU and its links to others. The default numbers are those of data sheets (H100), and were not measured by this project.
/// </summary>
/// <param name="PeakFlops">Peak floating-point operations per second in bf16.</param>
/// <param name="MemoryBandwidth">Memory bandwidth in bytes per second.</param>
/// <param name="MemoryBytes">Memory in bytes.</param>
/// <param name="NodeGpus">Number of GPUs in a node.</param>
/// <param name="NodeLink">Bytes per second and direction between GPUs of one node.</param>
/// <param name="NetworkLink">Bytes per second and direction between nodes.</param>
/// <param name="Latency">Latency of a message in seconds.</param>
public sealed record GpuAssumptions(
    double PeakFlops = 989e12,
    double MemoryBandwidth = 3.35e12,
    double MemoryBytes = 80e9,
    int NodeGpus = 8,
    double NodeLink = 450e9,
    double NetworkLink = 50e9,
    double Latency = 10e-6
);

/// <summary>Measurements on this machine's GPU, as quantities that can be applied to another GPU.</summary>
/// <param name="TrainingFraction">
/// Speed of convolutions with their batch norms, forward and backward, as a fraction of that of a large matrix product.
/// </param>
/// <param name="LossFraction">The same fraction for the contrastive loss.</param>
/// <param name="HostSeconds">
/// CPU time in seconds to launch one convolution with its batch norm, forward and backward, whatever its size.
/// </param>
/// <param name="WaitFraction">
/// What a device waits for others at the sums of batch norms, as a fraction of forward and backward pass: it reaches a sum before the
/// slowest. The time of the sums themselves is not part of it.
/// </param>
public sealed record MeasuredTerms(double TrainingFraction, double LossFraction, double HostSeconds, double WaitFraction);

/// <summary>The time of a step on several GPUs, term by term, in seconds.</summary>
/// <param name="Gpus">Number of GPUs that share the batch.</param>
/// <param name="Compute">Forward and backward pass: the time of arithmetic or of memory traffic, whichever is longer.</param>
/// <param name="Loss">Similarities of the contrastive loss: each GPU's rows against all columns.</param>
/// <param name="Update">The optimizer's pass over all weights, which every GPU makes.</param>
/// <param name="Host">The CPU's time to launch the step's operators, which overlaps with the GPU's work.</param>
/// <param name="AllReduce">Summing gradients over the GPUs, which overlaps with the backward pass.</param>
/// <param name="Buckets">Number of parts in which the gradients are summed. The backward pass completes one after the other.</param>
/// <param name="Gather">Collecting the embeddings of all GPUs, and sending their gradients back.</param>
/// <param name="Norms">Sums of batch norms over the GPUs, for each of which forward or backward pass waits.</param>
/// <param name="Wait">Waiting at these sums for the slowest GPU.</param>
public sealed record StepTime(
    int Gpus,
    double Compute,
    double Loss,
    double Update,
    double Host,
    double AllReduce,
    int Buckets,
    double Gather,
    double Norms,
    double Wait
)
{
    // Two thirds of forward and backward pass together are the backward pass.
    private const double BackwardShare = 2.0 / 3;

    /// <summary>
    /// The part of the all-reduce in seconds that is not hidden by the backward pass: the last bucket at least, which is complete only when
    /// the pass ends. The first one is complete after its share of the pass.
    /// </summary>
    public double Exposed => Math.Max(AllReduce / Buckets, AllReduce - (BackwardShare * Compute * (Buckets - 1) / Buckets));

    private double Device => Compute + Loss + Update;

    /// <summary>Time of the whole step in seconds.</summary>
    public double Total => Math.Max(Device, Host) + Exposed + Gather + Norms + Wait;

    /// <summary>
    /// Name of the term that takes longest, the step's bottleneck: compute, loss, update, host, communication, or waiting for the slowest.
    /// </summary>
    public string Bound =>
        new (double Seconds, string Name)[]
        {
            (Compute, "compute"),
            (Loss, "loss"),
            (Update, "update"),
            (Host > Device ? Host : 0, "host"),
            (Exposed + Gather + Norms, "communication"),
            (Wait, "slowest"),
        }
            .OrderByDescending(static term => term.Seconds)
            .First()
            .Name;
}

/// <summary>
/// A model of the time of a stage on many GPUs that share its batch (synchronous data parallelism): arithmetic at the measured fraction of
/// the GPU's peak, ring all-reduce of gradients in buckets, NT-Xent and batch norms over the whole batch. Its results are estimates, which
/// depend on its two parameters.
/// </summary>
/// <param name="Gpu">The GPU that is assumed.</param>
/// <param name="Measured">What was measured.</param>
public sealed record ScaleModel(GpuAssumptions Gpu, MeasuredTerms Measured)
{
    // Passes over memory of the update: LARS reads weights, gradients and momentum, and writes weights and momentum.
    private const int UpdatePasses = 5;

    // Passes over memory for each activation: it is written, read by the next layer and read again by the backward pass; so is its
    // gradient.
    private const int MemoryPasses = 6;
    private const int LargestCluster = 1 << 16;

    // A sum moves each value twice: once to be added, once to be handed out.
    private const double Moves = 2;

    /// <summary>The time of one step on a number of GPUs.</summary>
    public StepTime Step(StageLoad load, int gpus)
    {
        var buckets = GradientBuckets.Of(load.Weights);
        var compute =
            Math.Max(
                load.Flops / (Gpu.PeakFlops * Measured.TrainingFraction),
                MemoryPasses * load.ActivationBytes * load.Views / Gpu.MemoryBandwidth
            ) / gpus;
        return new(
            Gpus: gpus,
            Compute: compute,
            Loss: load.LossFlops / gpus / (Gpu.PeakFlops * Measured.LossFraction),
            Update: (double)UpdatePasses * sizeof(float) * load.Weights / Gpu.MemoryBandwidth,
            Host: load.Convolutions * Measured.HostSeconds,
            AllReduce: Ring(Moves * sizeof(float) * load.Weights, buckets, gpus),
            Buckets: buckets,
            Gather: load.GatheredBytes > 0 ? Ring(Moves * load.GatheredBytes, messages: 1, gpus) : 0,
            Norms: Ring(Moves * sizeof(double) * load.Norms.Values, load.Norms.Count, gpus),
            Wait: gpus > 1 ? Measured.WaitFraction * compute : 0
        );
    }

    /// <summary>Time of a whole stage on a number of GPUs, in seconds.</summary>
    public double Seconds(StageLoad load, int gpus) => load.Steps * Step(load, gpus).Total;

    /// <summary>Parallel efficiency, from 0 to 1: the time of one GPU divided by the summed time of <paramref name="gpus"/> GPUs.</summary>
    public double Efficiency(StageLoad load, int gpus) => Step(load, 1).Total / (gpus * Step(load, gpus).Total);

    /// <summary>The smallest power of two of GPUs whose memory holds the step; fewer GPUs need smaller microbatches.</summary>
    public int Holding(StageLoad load) =>
        FirstPower(gpus => load.StateBytes + (load.KeptBytes * Math.Min(load.AtOnce, (double)load.Views / gpus)) <= Gpu.MemoryBytes);

    /// <summary>
    /// The smallest power of two of GPUs for which the efficiency is below one half or there are fewer images than GPUs, and the bottleneck
    /// there.
    /// </summary>
    public (int Gpus, string Bound) Saturation(StageLoad load)
    {
        var gpus = FirstPower(gpus => gpus > load.Images || Efficiency(load, gpus) < 0.5);
        return (gpus, gpus > load.Images ? "batch" : Step(load, gpus).Bound);
    }

    // Bandwidth as in a ring, where each link carries (n − 1)/n of the bytes; latency of each message as in a tree.
    private double Ring(double bytes, int messages, int gpus) =>
        gpus == 1
            ? 0
            : (bytes * (gpus - 1) / gpus / (gpus <= Gpu.NodeGpus ? Gpu.NodeLink : Gpu.NetworkLink))
                + (messages * 2 * Math.Log(gpus, 2) * Gpu.Latency);

    private static int FirstPower(Func<int, bool> holds)
    {
        var gpus = 1;
        while (gpus < LargestCluster && !holds(gpus))
        {
            gpus *= 2;
        }

        return gpus;
    }
}

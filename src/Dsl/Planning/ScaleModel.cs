namespace SimClrDsl.Planning;

/// <summary>A GPU and what joins it to the others: figures of data sheets, which nobody measured here.</summary>
/// <param name="PeakFlops">Floating-point operations a second in bf16.</param>
/// <param name="MemoryBandwidth">Bytes a second.</param>
/// <param name="MemoryBytes">Bytes it has.</param>
/// <param name="NodeGpus">GPUs of a node.</param>
/// <param name="NodeLink">Bytes a second in each direction, to the GPUs of its node.</param>
/// <param name="NetworkLink">Bytes a second in each direction, to other nodes.</param>
/// <param name="Latency">Seconds a message takes.</param>
public sealed record GpuAssumptions(
    double PeakFlops = 989e12,
    double MemoryBandwidth = 3.35e12,
    double MemoryBytes = 80e9,
    int NodeGpus = 8,
    double NodeLink = 450e9,
    double NetworkLink = 50e9,
    double Latency = 10e-6
);

/// <summary>What was measured on the machine at hand, as numbers that carry over to another.</summary>
/// <param name="TrainingFraction">Of the peak of a large matrix product, what a convolution with its batch norm attains, forward and backward.</param>
/// <param name="LossFraction">The same for the contrastive loss.</param>
/// <param name="HostSeconds">The host's time for one convolution with its batch norm, forward and backward, whatever its size.</param>
public sealed record MeasuredTerms(double TrainingFraction, double LossFraction, double HostSeconds);

/// <summary>The seconds of a step on so many GPUs, term by term.</summary>
/// <param name="Gpus">How many share the batch.</param>
/// <param name="Compute">Forward and backward: arithmetic or memory, whichever takes longer.</param>
/// <param name="Loss">Similarities: each GPU's rows against all columns.</param>
/// <param name="Update">The optimizer's pass over all weights, which every GPU makes.</param>
/// <param name="Host">Issuing the step's operators; goes on while the GPU works.</param>
/// <param name="AllReduce">Summing gradients; goes on while the backward pass works.</param>
/// <param name="Gather">Collecting embeddings, and their gradients back.</param>
public sealed record StepTime(int Gpus, double Compute, double Loss, double Update, double Host, double AllReduce, double Gather)
{
    private const double BackwardShare = 2.0 / 3;

    /// <summary>What of the all-reduce outlasts the backward pass.</summary>
    public double Exposed => Math.Max(0, AllReduce - (BackwardShare * Compute));

    private double Device => Compute + Loss + Update;

    /// <summary>Seconds of the step.</summary>
    public double Total => Math.Max(Device, Host) + Exposed + Gather;

    /// <summary>The term that the step waits for longest.</summary>
    public string Bound =>
        new (double Seconds, string Name)[]
        {
            (Compute, "compute"),
            (Loss, "loss"),
            (Update, "update"),
            (Host > Device ? Host : 0, "host"),
            (Exposed + Gather, "communication"),
        }
            .OrderByDescending(static term => term.Seconds)
            .First()
            .Name;
}

/// <summary>
/// The time of a stage on many GPUs that share its batch (data parallel, synchronous): arithmetic at the measured fraction of the GPU's peak,
/// ring all-reduce, NT-Xent over the whole batch. A model; its assumptions are its parameters.
/// </summary>
public sealed record ScaleModel(GpuAssumptions Gpu, MeasuredTerms Measured)
{
    // LARS reads weights, gradients and momentum, and writes weights and momentum.
    private const int UpdatePasses = 5;

    // What is kept for the backward pass is written, read by the next layer and read again; so are the gradients of it.
    private const int MemoryPasses = 6;
    private const int LargestCluster = 1 << 16;

    /// <summary>One step on so many GPUs.</summary>
    public StepTime Step(StageLoad load, int gpus) =>
        new(
            gpus,
            Math.Max(
                load.Flops / (Gpu.PeakFlops * Measured.TrainingFraction),
                MemoryPasses * load.ActivationBytes * load.Views / Gpu.MemoryBandwidth
            ) / gpus,
            load.LossFlops / gpus / (Gpu.PeakFlops * Measured.LossFraction),
            (double)UpdatePasses * sizeof(float) * load.Weights / Gpu.MemoryBandwidth,
            load.Convolutions * Measured.HostSeconds,
            Ring(2.0 * sizeof(float) * load.Weights, gpus),
            load.GatheredBytes > 0 ? Ring(2 * load.GatheredBytes, gpus) : 0
        );

    /// <summary>Seconds of a stage on so many GPUs.</summary>
    public double Seconds(StageLoad load, int gpus) => load.Steps * Step(load, gpus).Total;

    /// <summary>What of the GPUs' time is put to use, against one GPU that does it all.</summary>
    public double Efficiency(StageLoad load, int gpus) => Step(load, 1).Total / (gpus * Step(load, gpus).Total);

    /// <summary>The smallest power of two of GPUs whose memory holds the step at once; with fewer it is computed in parts.</summary>
    public int Holding(StageLoad load) =>
        FirstPower(gpus => load.StateBytes + (load.KeptBytes * Math.Min(load.AtOnce, (double)load.Views / gpus)) <= Gpu.MemoryBytes);

    /// <summary>The smallest power of two of GPUs of which more than half are wasted, or of which some have no image; and what for.</summary>
    public (int Gpus, string Bound) Saturation(StageLoad load)
    {
        var gpus = FirstPower(gpus => gpus > load.Images || Efficiency(load, gpus) < 0.5);
        return (gpus, gpus > load.Images ? "batch" : Step(load, gpus).Bound);
    }

    // A ring moves (n − 1)/n of the bytes over each link; messages go round in a tree.
    private double Ring(double bytes, int gpus) =>
        gpus == 1
            ? 0
            : (bytes * (gpus - 1) / gpus / (gpus <= Gpu.NodeGpus ? Gpu.NodeLink : Gpu.NetworkLink)) + (2 * Math.Log(gpus, 2) * Gpu.Latency);

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

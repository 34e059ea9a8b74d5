using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Contrastive pretraining (§2, Eq. 1) with every setting decided.</summary>
/// <param name="Head">The projection head.</param>
/// <param name="Epochs">Passes over the unlabelled images.</param>
/// <param name="Batch">Images per step, each of which gives two views.</param>
/// <param name="Microbatch">Images that go through the network at a time; null for the whole batch.</param>
/// <param name="Temperature">Temperature τ of NT-Xent.</param>
/// <param name="LossScale">Scale of the loss that is differentiated.</param>
/// <param name="Memory">The memory; null for none.</param>
/// <param name="OnlineLayer">
/// Head layer that the online linear classifier sits on, 0 for the encoder's output; null without a classifier.
/// </param>
/// <param name="View">Operations of the augmentation that makes a view, in order.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Rate">Learning rate and step counts.</param>
public sealed record PretrainPlan(
    HeadPlan Head,
    int Epochs,
    int Batch,
    int? Microbatch,
    double Temperature,
    LossScale LossScale,
    MemoryPlan? Memory,
    int? OnlineLayer,
    Sequence<AugmentOp> View,
    OptimizerPlan Optimizer,
    RatePlan Rate
) : StagePlan, ITrainingPlan
{
    private const int ViewsOfImage = 2;

    /// <inheritdoc/>
    public override string Name => StageNames.Pretrain;

    /// <summary>Number of views of an image that go through the trained network: 1 or 2.</summary>
    public int Views => Memory is { Queries: MemoryQueries.First } ? 1 : ViewsOfImage;

    /// <summary>Which of them do, and how many at a time.</summary>
    public ContrastiveViews Passes => ContrastiveViews.Of(Memory is { Queries: MemoryQueries.First }, Microbatch);

    /// <summary>What the loss compares a projection with.</summary>
    public ContrastiveCandidates Candidates =>
        Memory switch
        {
            null => ContrastiveCandidates.Batch,
            { Queries: MemoryQueries.First } => ContrastiveCandidates.SecondKeysAndQueue,
            { InBatch: MemoryInBatch.Ema } => ContrastiveCandidates.KeysAndQueue,
            _ => ContrastiveCandidates.BatchAndQueue,
        };

    /// <summary>
    /// The loss of a network that gives the same for all images, in nats: the logarithm of the number of projections that each one is
    /// compared with. With a queue it is that once the queue is full of such projections too.
    /// </summary>
    public double GuessLoss =>
        Math.Log(
            Memory is not { } memory ? (ViewsOfImage * Batch) - 1
            : Candidates == ContrastiveCandidates.SecondKeysAndQueue ? Batch + memory.Queue
            : (ViewsOfImage * Batch) - 1 + memory.Queue
        );

    /// <summary>
    /// Whether the loss that is learned from is the sum of both directions' means, twice the mean over all views that is shown. In one
    /// direction the mean over first views is all there is.
    /// </summary>
    public bool SumsDirections => LossScale == LossScale.Views && Candidates != ContrastiveCandidates.SecondKeysAndQueue;

    internal static PretrainPlan Of(PretrainSpec spec, DataPlan data, EncoderPlan encoder)
    {
        var defaults = StageDefaults.Unlabelled;
        return new(
            Head: HeadPlan.Of(spec.Head, encoder.Features),
            Epochs: spec.Epochs,
            Batch: spec.Batch,
            Microbatch: spec.Microbatch,
            Temperature: spec.Temperature,
            LossScale: spec.LossScale,
            Memory: MemoryPlan.Of(spec.Memory, data.Source),
            OnlineLayer: spec.OnlineLinear?.FromHeadLayer,
            View: AugmentOp.ViewOf(spec.Augment, data),
            Optimizer: OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            Rate: OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Unlabelled, spec.Epochs, spec.Batch)
        );
    }

    // Without an online classifier, pretraining reads no label and no test image, so they make no difference to its result.
    internal override StageDependencies Dependencies(Plan plan)
    {
        var images = StageDependencies.AllImages(plan) with { TestImages = 0 };
        return new(OnlineLayer is null ? images with { TrainLabels = null, On = EvaluateOn.Test } : images, this, plan.Encoder);
    }

    internal override StageCost Cost(Plan plan)
    {
        var (steps, views) = (Rate.TotalSteps.Value, (long)Views * Batch);
        var network = Network(plan);
        var training = StageCost.OfTraining(this, plan.Encoder, network, steps, new(Batch, views, Microbatch));
        var forward = (double)network.MultiplyAdds * views * steps;
        if (Microbatch is not null)
        {
            // One more forward pass: first all embeddings are computed without a graph, then each microbatch again with one.
            training = training.Plus(forward, values: 0);
        }

        // The memory network makes a forward pass on the views that give keys. Its weights and the queue are kept beside the trained
        // network.
        return Memory is { } memory
            ? training.Plus(forward, network.Parameters.WithStatistics + ((double)memory.Queue * Head.Out))
            : training;
    }

    // Each query is compared with both views of the whole batch, and with the queue.
    internal override StageLoad Load(Plan plan, StageCost cost)
    {
        var all = ViewsOfImage * Batch;
        var oneWay = Memory is { Queries: MemoryQueries.First };
        var (queries, candidates) = oneWay ? (Batch, Batch) : (all, all);
        var embeddings = candidates + (Memory is null ? 0 : queries);
        // Without a gradient pass the memory network's keys, and all views of microbatches before they pass with one.
        var forwardOnly = (Memory is null ? 0 : 1) + (Microbatch is null ? 0 : 1);
        var norms =
            NormSums.Training(plan.Encoder)
            + NormSums.Training(Head, Head.Layers)
            + (forwardOnly * (NormSums.InForward(plan.Encoder) + NormSums.InForward(Head, Head.Layers)));
        var load = StageLoad.Of(cost, plan.Encoder, Batch, queries, Network(plan), norms);
        return load with
        {
            Convolutions = load.Convolutions + Head.Layers,
            GatheredBytes = (double)sizeof(float) * embeddings * Head.Out,
            LossFlops = StageLoad.TrainingFlops * queries * (candidates + (double)(Memory?.Queue ?? 0)) * Head.Out,
        };
    }

    internal override Spec WriteInto(Spec spec, Plan plan)
    {
        var given = spec.Pretrain!;
        return spec with
        {
            Pretrain = given with
            {
                Head = Head.Layers < 2 ? given.Head : given.Head with { Hidden = Head.HiddenWidth ?? Head.Features },
                Memory = Memory is { } memory
                    ? given.Memory with
                    {
                        Use = MemoryUse.Always,
                        Keep = memory.Keep,
                    }
                    : given.Memory with
                    {
                        Use = MemoryUse.Never,
                    },
                Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.Unlabelled),
            },
        };
    }

    private Cost Network(Plan plan) => plan.Encoder.Cost + new Cost(Head.Parameters, Head.MultiplyAdds, Activations: 0);
}

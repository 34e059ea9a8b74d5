using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>Contrastive pretraining, decided.</summary>
/// <param name="Microbatch">Images that go through the network at a time, or null for all of a step.</param>
/// <param name="OnlineLayer">Head layer of the online linear classifier, or null for none.</param>
/// <param name="Memory">The memory, or null for none.</param>
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

    /// <summary>Views of an image that go through the trained network.</summary>
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
    /// Whether the loss that is learned from is the sum of both directions' means, twice the mean over all views that is shown. In one
    /// direction the mean over first views is all there is.
    /// </summary>
    public bool SumsDirections => LossScale == LossScale.Views && Candidates != ContrastiveCandidates.SecondKeysAndQueue;

    internal static PretrainPlan Of(PretrainSpec spec, DataPlan data, EncoderPlan encoder)
    {
        var defaults = StageDefaults.Unlabelled;
        return new(
            HeadPlan.Of(spec.Head, encoder.Features),
            spec.Epochs,
            spec.Batch,
            spec.Microbatch,
            spec.Temperature,
            spec.LossScale,
            MemoryPlan.Of(spec.Memory, data.Source),
            spec.OnlineLinear?.FromHeadLayer,
            AugmentOp.ViewOf(spec.Augment, data),
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults),
            OptimizerPlanner.Rate(spec.Optimizer, defaults, data.Unlabelled, spec.Epochs, spec.Batch)
        );
    }

    // Without an online classifier nothing is measured and no label is read.
    internal override StageIdentity Identity(Plan plan)
    {
        var images = StageIdentity.AllImages(plan) with { TestImages = 0 };
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
            // Forward once more, for the embeddings.
            training = training.Plus(forward, values: 0);
        }

        // A memory network goes forward on the views that have keys; it is a second set of weights, with its queue beside it.
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
        var load = StageLoad.Of(cost, plan.Encoder, Batch, queries, Network(plan));
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

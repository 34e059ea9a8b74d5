using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of contrastive pretraining.</summary>
internal static class PretrainStepPlanner
{
    public static StepPlan Of(Plan plan, PretrainPlan stage)
    {
        var views = Views(plan, stage);
        return new(
            Batch: stage.OnlineLayer is null ? BatchKind.Unlabelled : BatchKind.Labelled,
            Constants: [.. StepParts.Sizes(stage.Batch, stage.Microbatch, stage.Rate), StepParts.PeakRate(stage.Rate)],
            Argument: StepArgument.None,
            Schedule: stage.Rate.Schedule,
            RunningVariance: plan.RunningVariance,
            Reads: views.Reads,
            Learn:
            [
                StepParts.Unpack(views.Reads),
                .. views.Cuts,
                .. stage.Memory is { } memory ? [Keys(stage, memory, views.Compared)] : Array.Empty<StepAction>(),
                stage.Microbatch is null ? new StepAction.Differentiate() : new StepAction.DifferentiateEmbeddings(),
                .. StepParts.Update(stage.Optimizer),
                .. stage.OnlineLayer is null ? [] : new[] { new StepAction.TrainOnline(stage.Views, stage.Optimizer) },
                .. stage.Memory is { } kept ? [Enqueue(stage, kept)] : Array.Empty<StepAction>(),
                .. StepParts.Average(stage.Optimizer),
            ],
            Loss: Loss(stage)
        )
        {
            Prepares = plan.Data.StaysEncoded ? [new PreparedCrops.OfViews(StepParts.CropOf(stage.View))] : [],
            Carried =
            [
                .. stage.Memory is { } carried ? [new CarriedState.Memory(carried.Queue, stage.Head.Out)] : Array.Empty<CarriedState>(),
                .. stage.OnlineLayer is { } layer
                    ? [new CarriedState.OnlineClassifier(stage.Head.WidthAfter(layer), plan.Data.Classes)]
                    : Array.Empty<CarriedState>(),
                .. StepParts.Carried(stage.Optimizer),
            ],
            Embedding = stage.Microbatch is { } images
                ? new(
                    Passes(stage, stage.Views * images),
                    stage.Views * stage.Batch,
                    stage.Head.Out,
                    Features: stage.OnlineLayer is not null
                )
                : null,
            Members =
            [
                new StepMember.View(stage.View),
                .. stage.OnlineLayer is { } online ? [OnlineLogits(plan, stage.Head, online)] : Array.Empty<StepMember>(),
            ],
        };
    }

    /// <summary>Which views are read, how they are cut, and which of them the memory network projects.</summary>
    private sealed record ReadViews(Sequence<StepInput> Reads, Sequence<StepAction> Cuts, string Compared);

    private static ReadViews Views(Plan plan, PretrainPlan stage)
    {
        StepInput View(string name, int index) => new StepInput.View(name, index, StepParts.Images(plan, stage.Batch));
        StepAction Cut(string name, Sequence<string> of, int images) =>
            new StepAction.Cut(name, of, stage.Batch / images, StepParts.Images(plan, of.Count * images));
        var views = stage.Passes.Match(
            both: _ => new ReadViews(
                [new StepInput.BothViews(StepParts.Images(plan, stage.Batch), StepParts.Images(plan, 2 * stage.Batch))],
                [],
                "views"
            ),
            bothInParts: parts =>
                new([View("first", 0), View("second", 1)], [Cut("parts", ["first", "second"], parts.Images)], Compared: "parts"),
            first: _ => new([View("views", 0), View("answers", 1)], [], Compared: "answers"),
            firstInParts: parts =>
                new(
                    [View("views", 0), View("answers", 1)],
                    [Cut("parts", ["views"], parts.Images), Cut("answered", ["answers"], parts.Images)],
                    Compared: "answered"
                )
        );
        return stage.OnlineLayer is null
            ? views
            : views with
            {
                Reads = [.. views.Reads, new StepInput.Labels(BatchPart.All, stage.Batch)],
            };
    }

    private static StepAction Keys(PretrainPlan stage, MemoryPlan memory, string of)
    {
        var keys = stage.Views * stage.Batch;
        return memory.Statistics == MemoryStatistics.Averaged
            ? new StepAction.MemoryKeysOfAverages(memory.Decay, of, keys, stage.Head.Out, memory.Queue)
            : new StepAction.MemoryKeys(memory.Decay, of, keys, stage.Head.Out, memory.Queue);
    }

    // The memory network sees the first views only if they are queries, so then only half of its projections may be kept.
    private static StepAction Enqueue(PretrainPlan stage, MemoryPlan memory) =>
        memory is { Queries: MemoryQueries.Both, Keep: MemoryKeep.Second }
            ? new StepAction.EnqueueSecond(stage.Batch)
            : new StepAction.Enqueue();

    private static LossPlan Loss(PretrainPlan stage)
    {
        Sequence<string> compared = stage.Candidates switch
        {
            ContrastiveCandidates.Batch => [],
            ContrastiveCandidates.BatchAndQueue => ["queue"],
            _ => ["keys", "queue"],
        };
        return new(
            Inputs: [stage.Microbatch is null ? "views" : "z", .. compared],
            Passes: stage.Microbatch is null ? Passes(stage, stage.Views * stage.Batch) : [],
            Objective: stage.SumsDirections
                ? new ObjectivePlan.ContrastInBothDirections(stage.Candidates, stage.Temperature)
                : new ObjectivePlan.Contrast(stage.Candidates, stage.Temperature),
            Returns: stage.Microbatch is not null ? LossReturns.Nothing
                : stage.OnlineLayer is null ? LossReturns.Statistics
                : LossReturns.StatisticsAndFeatures
        );
    }

    // With an online classifier, the head is passed layer by layer, so that there is a name for the output that the classifier sits on.
    private static Sequence<NetworkPass> Passes(PretrainPlan stage, int rows)
    {
        var head = stage.Head;
        if (stage.OnlineLayer is not { } layer)
        {
            return [new NetworkPass.Projections(rows, head.Out)];
        }

        var encoded = head.Layers == 0 ? "z" : "h";
        return
        [
            new NetworkPass.Encoder(encoded, rows, head.Features),
            .. LayerPlan.FirstOf(head, head.Layers).Select(plan => new NetworkPass.HeadLayer(rows, plan)),
            new NetworkPass.NextStatistics(head.Layers),
            new NetworkPass.Features(layer == 0 ? encoded : LayerPlan.OutputOf(head, layer)),
        ];
    }

    private static StepMember OnlineLogits(Plan plan, HeadPlan head, int layer) =>
        new StepMember.OnlineLogits(head.Features, LayerPlan.FirstOf(head, layer), LayerPlan.OutputOf(head, layer), plan.Data.Classes);
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of fine-tuning.</summary>
internal static class FinetuneStepPlanner
{
    public static StepPlan Of(Plan plan, FinetunePlan stage)
    {
        var reads = StepParts.ImagesAndLabels(plan, stage.Batch, stage.Augment);
        var carried = StepParts.Carried(stage.Optimizer);
        var head = plan.Pretrain!.Head;
        // Batch norms of a frozen part that use their running statistics need a forward function of their own.
        var overFrozen = stage is { Freeze: not Freeze.None, FrozenBatchNorm: FrozenBatchNorm.Inference };
        return new(
            Batch: BatchKind.Labelled,
            Constants: [.. StepParts.Sizes(stage.Batch, stage.Microbatch, stage.Rate), StepParts.PeakRate(stage.Rate)],
            Argument: StepArgument.None,
            Schedule: stage.Rate.Schedule,
            RunningVariance: plan.RunningVariance,
            Reads: reads,
            Learn: StepParts.Learn(
                reads,
                before: [],
                parts: [new PartInput.Read("x"), new PartInput.Read("labels")],
                stage.Microbatch,
                stage.Optimizer
            ),
            Loss: new(
                Inputs: ["x", "labels"],
                Passes: [overFrozen ? new NetworkPass.LogitsOverFrozen() : new NetworkPass.Logits()],
                Objective: new ObjectivePlan.Labels(stage.LabelSmoothing),
                Returns: LossReturns.Statistics
            )
        )
        {
            Prepares = StepParts.Prepares(plan, stage.Augment),
            Carried = carried,
            FrozenPaths = FrozenPaths(stage),
            Members =
            [
                new StepMember.FromPretrained(
                    stage.FromHeadLayer,
                    head.WidthAfter(stage.FromHeadLayer),
                    plan.Data.Classes,
                    CarriesMore: carried.Count > 0
                ),
                .. overFrozen ? [Forward(plan, stage, head)] : Array.Empty<StepMember>(),
            ],
        };
    }

    private static Sequence<string> FrozenPaths(FinetunePlan stage)
    {
        IEnumerable<string> encoder = stage.Freeze switch
        {
            Freeze.None => [],
            Freeze.Encoder => ["encoder"],
            _ =>
            [
                "encoder.stem",
                .. Enumerable
                    .Range(1, stage.FrozenGroups)
                    .SelectMany(static group => new[] { $"encoder.group{group}_entry", $"encoder.group{group}_body" }),
            ],
        };
        var layers = stage.FreezeHead ? Enumerable.Range(1, stage.FromHeadLayer) : [];
        return [.. encoder, .. layers.Select(static layer => $"layer{layer}")];
    }

    private static StepMember Forward(Plan plan, FinetunePlan stage, HeadPlan head) =>
        new StepMember.ForwardOverFrozen(
            Encoder(plan.Encoder, stage),
            LayerPlan.FirstOf(head, stage.FromHeadLayer),
            LayerPlan.OutputOf(head, stage.FromHeadLayer),
            plan.Data.Classes
        );

    private static FrozenEncoder Encoder(EncoderPlan encoder, FinetunePlan stage)
    {
        if (stage.Freeze == Freeze.Encoder)
        {
            return new FrozenEncoder.Whole(encoder.Features);
        }

        var groups = encoder.Groups.Select(static group => new GroupShape(group.Index, group.Entry.Outputs, group.Entry.SideOut)).ToArray();
        return new FrozenEncoder.UpToGroup(
            StemChannels: encoder.Stem.Outputs,
            StemSide: encoder.Stem.SideOut,
            Frozen: groups.Take(stage.FrozenGroups).ToSequence(),
            Trained: groups.Skip(stage.FrozenGroups).ToSequence(),
            Recompute: encoder.Recompute,
            Features: encoder.Features
        );
    }
}

using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of fine-tuning.</summary>
internal static class FinetuneStepPlanner
{
    public static StepPlan Of(Plan plan, FinetunePlan stage)
    {
        var step = LabelledStepPlanner.Of(plan, stage);
        var head = plan.Pretrain!.Head;
        // Batch norms of a frozen part that use their running statistics need a forward function of their own.
        var overFrozen = stage is { Freeze: not Freeze.None, FrozenBatchNorm: FrozenBatchNorm.Inference };
        return step with
        {
            Constants = [.. step.Constants, StepParts.PeakRate(stage.Rate)],
            Loss = overFrozen ? step.Loss with { Passes = [new NetworkPass.LogitsOverFrozen()] } : step.Loss,
            FrozenPaths = FrozenPaths(stage),
            Members =
            [
                new StepMember.FromPretrained(
                    stage.FromHeadLayer,
                    head.WidthAfter(stage.FromHeadLayer),
                    plan.Data.Classes,
                    CarriesMore: step.Carried.Count > 0
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

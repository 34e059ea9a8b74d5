using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Whether so many ranks can share an experiment: each computes the same number of images of every batch.</summary>
internal static class RankShares
{
    /// <summary>Checks a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="ranks">Number of ranks.</param>
    /// <returns>The plan, or that they cannot share a batch evenly.</returns>
    public static Either<InputError, Plan> Checked(Plan plan, int ranks)
    {
        foreach (var (stage, what, images) in plan.Stages.SelectMany(Batches))
        {
            if (images % ranks != 0)
            {
                return new InputError(
                    $"{ranks} ranks cannot share the {images} {what} of stage '{stage}' evenly: use a number of ranks that divides {images}, "
                        + $"or another batch."
                );
            }
        }

        return plan;
    }

    private static IEnumerable<(string Stage, string What, int Images)> Batches(StagePlan stage) =>
        stage
            .Match(
                pretrain: static plan => Of(plan.Batch, plan.Microbatch),
                knn: static _ => [],
                linear: static plan => Of(plan.Batch, microbatch: null),
                labelOnly: static plan => Of(plan.Batch, plan.Microbatch),
                finetune: static plan => Of(plan.Batch, plan.Microbatch),
                selfDistill: static plan => Of(plan.Teaching),
                distill: Of
            )
            .Select(batch => (stage.Name, batch.What, batch.Images));

    private static IEnumerable<(string What, int Images)> Of(DistillPlan plan)
    {
        var labelled = plan.LabelBatch * (plan.Microbatch ?? plan.Batch) / plan.Batch;
        return
        [
            .. Of(plan.Batch, plan.Microbatch),
            ("labelled images a step", plan.LabelBatch),
            ("labelled images a microbatch", labelled),
        ];
    }

    private static IEnumerable<(string What, int Images)> Of(int batch, int? microbatch) =>
        [("images a step", batch), ("images a microbatch", microbatch ?? batch)];
}

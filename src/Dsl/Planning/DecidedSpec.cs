using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// A spec with what the planner decided written out: stem, batches, optimizers with their rates, warm-ups, temperatures. It means the same
/// plan as the spec it was made of, whatever later versions decide where a spec says nothing.
/// </summary>
public static class DecidedSpec
{
    /// <summary>
    /// The spec of a plan, written out. Left out all the same is what may not be given (<c>classes</c> of a data set that has its own), and
    /// what says by its absence that there is none (a microbatch, a stage, the folder of a data set that a package installs).
    /// </summary>
    public static Spec Of(Plan plan) =>
        plan.Stages.Aggregate(
            plan.Spec with
            {
                RunningVariance = plan.RunningVariance,
                Data = Data(plan),
                Encoder = plan.Spec.Encoder with { Stem = plan.Encoder.StemKind },
            },
            (spec, stage) => stage.WriteInto(spec, plan)
        );

    private static DataSpec Data(Plan plan) =>
        plan.Spec.Data with
        {
            Image = plan.Data.Side,
            Classes = plan.Data.Source == DataSource.Synthetic ? plan.Data.Classes : plan.Spec.Data.Classes,
            SkipBroken = plan.Spec.Data.SkipBroken ?? Amount.Count(0),
        };
}

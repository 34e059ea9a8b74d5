using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// A spec in which every value that the planner chose is written out: stem, batches, optimizers with their rates, warm-ups, temperatures.
/// It gives the same plan as the original spec, even if later versions choose other defaults.
/// </summary>
public static class DecidedSpec
{
    /// <summary>
    /// The spec of a plan, written out. Two kinds of fields are still left out: those that may not be given (<c>classes</c> of a data set
    /// that has its own), and those whose absence is the value (no microbatch, no stage, the folder of a data set that a package installs).
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

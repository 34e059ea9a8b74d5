using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Execution;

/// <summary>The plan of a run, which is checked before images are opened and code is compiled.</summary>
internal static class RunPlan
{
    /// <summary>The plan of a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="only">The one stage that is asked for; null for all.</param>
    /// <returns>The plan, or that it has no such stage, or that the ranks of this process cannot share a batch evenly.</returns>
    public static Either<InputError, Plan> Of(Spec spec, string? only)
    {
        var plan = Plan.Of(spec);
        return StageLookup
            .Named($"'{plan.Name}'", [.. plan.Stages.Select(static stage => stage.Name)], only)
            .Bind(_ => RankShares.Checked(plan, Ranks.Current.Size));
    }
}

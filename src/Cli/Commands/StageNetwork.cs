using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary>The experiment and the stage whose network is imported.</summary>
/// <param name="Plan">The plan of the experiment.</param>
/// <param name="Spec">The spec of the experiment.</param>
/// <param name="Stage">Name of the stage.</param>
internal sealed record StageNetwork(Plan Plan, Spec Spec, string Stage)
{
    public static Option<string?> StageOption() =>
        new("--stage") { Description = $"Stage whose network it is: {string.Join(", ", StageNames.All.Where(StageNames.Trains))}." };

    public static Option<string?> RunsOption() => new("--runs") { Description = "Folder of all runs; left out, runs." };

    /// <summary>
    /// The only experiment that is chosen, and its stage; if the stage is left out, <paramref name="otherwise"/> chooses it.
    /// </summary>
    /// <returns>Both; or that several experiments are chosen, or that the experiment has no such stage.</returns>
    public static LanguageExt.Either<InputError, StageNetwork> Of(
        ChosenExperiments chosen,
        string? stage,
        Func<IReadOnlyList<string>, string> otherwise
    ) =>
        from spec in chosen.One
        let plan = Plan.Of(spec)
        from name in StageOf(plan, stage, otherwise)
        select new StageNetwork(plan, spec, name);

    /// <summary>The stage of a plan with a name, if it leaves a network.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">Name of the stage; if it is null, <paramref name="otherwise"/> chooses it.</param>
    /// <param name="otherwise">Chooses among the stages that leave a network.</param>
    /// <returns>Its name, or that there is no such stage.</returns>
    public static LanguageExt.Either<InputError, string> StageOf(Plan plan, string? stage, Func<IReadOnlyList<string>, string> otherwise) =>
        StageLookup
            .Named($"'{plan.Name}'", [.. SpecText.Stages(plan).Where(NetworkNeed.Encoder.Suits)], stage, NetworkNeed.Encoder.Words)
            .Map(stages => stage ?? otherwise(stages));
}

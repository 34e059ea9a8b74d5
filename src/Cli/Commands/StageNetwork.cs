using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
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
    /// <exception cref="InputException">Several experiments are chosen, or the experiment has no such stage.</exception>
    public static StageNetwork Of(ChosenExperiments chosen, string? stage, Func<IReadOnlyList<string>, string> otherwise)
    {
        var spec = chosen.One;
        var plan = Plan.Of(spec);
        var stages = SpecText.Stages(plan).Where(StageNames.Trains).ToList();
        return stages.Count == 0 ? throw new InputException($"'{spec.Name}' has no stage that leaves a network.")
            : stage is null ? new(plan, spec, otherwise(stages))
            : stages.Contains(stage) ? new(plan, spec, stage)
            : throw new InputException($"'{spec.Name}' has no stage '{stage}' that leaves a network: it has {string.Join(", ", stages)}.");
    }
}

using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary>The stage's network that <c>export</c> and <c>import</c> are about.</summary>
/// <param name="Plan">The experiment's.</param>
/// <param name="Spec">What it was decided from.</param>
/// <param name="Stage">A stage that leaves a network.</param>
internal sealed record StageNetwork(Plan Plan, Spec Spec, string Stage)
{
    public static Option<string?> StageOption() =>
        new("--stage") { Description = $"Stage whose network it is: {string.Join(", ", StageNames.All.Where(StageNames.Trains))}." };

    public static Option<string?> RunsOption() => new("--runs") { Description = "Folder of all runs; left out, runs." };

    /// <summary>The one experiment that is meant and the stage of it; left out, <paramref name="otherwise"/>'s choice of those it has.</summary>
    /// <exception cref="InputException">It is not one experiment, or has no such stage.</exception>
    public static StageNetwork Of(Chosen chosen, string? stage, Func<IReadOnlyList<string>, string> otherwise)
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

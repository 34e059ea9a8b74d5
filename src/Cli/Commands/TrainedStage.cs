using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>A finished stage whose network a command uses.</summary>
/// <param name="Plan">The plan of the experiment.</param>
/// <param name="Spec">The spec of the experiment.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Checkpoint">Path of its checkpoint.</param>
/// <param name="Choice">Why it is this stage, for the screen.</param>
internal sealed record TrainedStage(Plan Plan, Spec Spec, string Stage, string Checkpoint, string Choice)
{
    /// <summary>
    /// The finished stage of the only experiment that is chosen. If the stage is left out, it is the last one that is finished and that
    /// suits the <paramref name="need"/>.
    /// </summary>
    /// <param name="chosen">The experiment.</param>
    /// <param name="stage">Name of the stage, or null.</param>
    /// <param name="runs">Folder of all runs, or null: that of the run that was given, else runs.</param>
    /// <param name="need">What the command needs of the network.</param>
    /// <returns>The stage; or that several experiments are chosen, that there is no such stage, or that it is not finished.</returns>
    public static Either<InputError, TrainedStage> Of(ChosenExperiments chosen, string? stage, string? runs, NetworkNeed need) =>
        chosen.One.Bind(spec => Of(spec, Places(chosen.Name, runs), stage, need));

    private static Either<InputError, TrainedStage> Of(Spec spec, (string? Given, string Root) places, string? stage, NetworkNeed need)
    {
        var plan = Plan.Of(spec);
        var lookup = StageLookup.Named($"'{spec.Name}'", [.. SpecText.Stages(plan).Where(need.Suits)], stage, need.Words);
        if (!lookup.Try(out var stages, out var error))
        {
            return error;
        }

        var (given, root) = places;
        var asked = stages.Reverse().ToList();
        var hashes = StageHashes.Of(plan);
        foreach (var one in asked)
        {
            if (Finished(root, given, one, hashes[one]) is { } run)
            {
                var unfinished = asked.TakeWhile(later => later != one).Select(static later => $"'{later}'").ToList();
                var why =
                    stage is not null ? "as asked for"
                    : unfinished.Count > 0
                        ? $"since {string.Join(" and ", unfinished)} {(unfinished.Count == 1 ? "is" : "are")} not finished"
                    : stages.Count > 1 ? $"the last {need.Words}"
                    : $"the only one {need.Words}";
                return new TrainedStage(plan, spec, one, run.Checkpoint(one), $"stage '{one}', {why}");
            }
        }

        return new InputError(
            $"no run in {root} has finished stage '{string.Join("' or '", asked)}' of '{spec.Name}' with seed {spec.Seed}: "
                + $"run it first, or name its folder by --runs."
        );
    }

    /// <summary>Opens the network, to compute in the same type as its evaluation did.</summary>
    /// <returns>The network, or why its checkpoint cannot be read.</returns>
    public Either<InputError, SavedNetwork> Open(Device device) => Open(device, Computation.TypeOf(device, Spec));

    /// <summary>Opens the network, to compute in a given type.</summary>
    /// <returns>The network, or why its checkpoint cannot be read.</returns>
    public Either<InputError, SavedNetwork> Open(Device device, ScalarType compute)
    {
        Computation.Prepare(device, Spec);
        var experiment = Catalogue.CodeOf(Spec);
        var options = new RunOptions(Spec.Seed, device, compute, Only: null);
        return SavedNetwork.Open(experiment, Stage, StageHashes.Of(Plan)[Stage], Checkpoint, options);
    }

    // The folder of the run that was given, if it was one, and the folder of all runs.
    private static (string? Given, string Root) Places(string name, string? runs)
    {
        var given = RunFolder.SpecOf(name) is null ? null : Path.TrimEndingDirectorySeparator(name);
        var beside = given is null ? null : Path.GetDirectoryName(given);
        return (
            given,
            runs
                ?? (
                    beside is { Length: > 0 } ? beside
                    : given is null ? Arguments.RunsFolder
                    : "."
                )
        );
    }

    // A stage that the given run took over from another one is found there.
    private static RunFolder? Finished(string root, string? given, string stage, string hash)
    {
        var runs = FinishedStages.All(root, stage, hash).Select(static found => found.Run).ToList();
        return runs.FirstOrDefault(run => given is not null && Path.GetFullPath(run.Path) == Path.GetFullPath(given))
            ?? runs.FirstOrDefault();
    }
}

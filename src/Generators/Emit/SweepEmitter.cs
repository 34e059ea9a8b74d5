using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Emits the C# files of a sweep. A network that several experiments have is emitted only once.</summary>
public static class SweepEmitter
{
    /// <summary>The files of all experiments of a sweep, or of its only experiment.</summary>
    public static Sequence<SourceFile> Emit(SweepPlan sweep)
    {
        // The files of a single experiment include its networks.
        if (sweep.Plans.Count == 1)
        {
            return ExperimentEmitter.Emit(sweep.Plans[0]);
        }

        var shared = SharedNetworks.Of(sweep);
        return shared.Files().Concat(sweep.Plans.SelectMany(plan => ExperimentEmitter.Emit(plan, shared))).ToSequence();
    }

    /// <summary>The spec of each experiment of a sweep as canonical YAML, for reviewers; the compiler does not need these files.</summary>
    public static Sequence<SourceFile> Specs(SweepPlan sweep) => sweep.Plans.Select(SpecEmitter.Yaml).ToSequence();
}

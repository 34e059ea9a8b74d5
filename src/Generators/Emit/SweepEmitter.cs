using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The plans of one file as C#: networks that several experiments have are emitted once, for all of them.</summary>
public static class SweepEmitter
{
    public static Sequence<SourceFile> Emit(SweepPlan sweep)
    {
        // One experiment holds its network itself.
        if (sweep.Plans.Count == 1)
        {
            return ExperimentEmitter.Emit(sweep.Plans[0]);
        }

        var shared = SharedNetworks.Of(sweep);
        return shared.Files().Concat(sweep.Plans.SelectMany(plan => ExperimentEmitter.Emit(plan, shared))).ToSequence();
    }
}

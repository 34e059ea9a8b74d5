using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>Takes a step of a run again, as it was taken, and writes nothing.</summary>
internal static class StepReplay
{
    /// <param name="run">The run.</param>
    /// <param name="stage">The stage of the step.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="data">The images of the run.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="progress">Shows the steps on the way.</param>
    /// <returns>The step; or that the stage has no such step, or cannot be run any more.</returns>
    public static Either<InputError, ReplayedStep> Take(
        RecordedRun run,
        string stage,
        int step,
        ExperimentData data,
        Device device,
        Runtime.Runs.Progress progress
    )
    {
        var (spec, plan) = (run.Spec, Plan.Of(run.Spec));
        Computation.Prepare(device, spec);
        var experiment = Catalogue.CodeOf(spec);
        // A policy that never makes a checkpoint, so that one is looked for and none written.
        var options = new RunOptions(spec.Seed, device, Computation.TypeOf(device, spec), stage)
        {
            Checkpoints = new(Keep: int.MaxValue, TimeSpan.MaxValue),
        };
        return from digests in StageDigests.Of(plan, data)
            let code = ProgramCode.Digest(typeof(ExperimentEmitter))
            let store = new StageStore(RunFolder.Of(run.Folder), StageHashes.Of(plan), again: false, digests, code)
            from taken in Inputs.Catch(() => Stage.Replay(experiment.Stages, new(options, data, store, Log: null, progress), step))
            select taken;
    }
}

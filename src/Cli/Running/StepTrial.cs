using System.Diagnostics;
using System.Text.Json;
using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Running;

/// <summary>What a stage was measured to take.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Seconds">Seconds of a step, with making its batch.</param>
/// <param name="Bytes">Largest memory of the process up to the end of the stage, all that came before included.</param>
internal sealed record StageTrial(string Stage, int Batch, double Seconds, double Bytes);

/// <summary>
/// Takes a few steps of each stage in the loop that <c>simclr run</c> runs, in a process of its own, so that the memory of the process is
/// that of a run.
/// </summary>
internal static class StepTrial
{
    private const string Status = "/proc/self/status";

    /// <summary>The stages of a trial, each measured, as one line of JSON for each.</summary>
    /// <param name="spec">A spec of <see cref="TrialSpec"/>.</param>
    /// <param name="specFolder">Folder of the experiment's file, or null.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="output">Where the lines go.</param>
    /// <returns>The exit code, or that the images cannot be opened.</returns>
    public static Either<InputError, int> Run(Spec spec, string? specFolder, TorchSharp.torch.Device device, TextWriter output)
    {
        var plan = Plan.Of(spec);
        Computation.Prepare(device, spec);
        using var progress = new Progress(TextWriter.Null, live: null, TimeProvider.System);
        var experiment = InProcessCompiler.Compile(spec);
        var root = Directory.CreateTempSubdirectory("simclr-trial-");
        try
        {
            return from opened in OpenedData.Open(plan, specFolder, progress)
                from folder in RunFolder.Create(root.FullName, spec.Name, "trial")
                from code in Inputs.Catch(() => Measure(opened, folder))
                select code;
        }
        finally
        {
            root.Delete(recursive: true);
        }

        int Measure(ExperimentData opened, RunFolder folder)
        {
            var data = opened.WithTest(Math.Min(opened.Test.Count, 1), Key.FromSeed(spec.Seed).At("trial"));
            var store = new StageStore(folder, StageHashes.Of(plan));
            foreach (var stage in SpecText.Stages(plan).Where(StageNames.Trains))
            {
                var watch = new Clock();
                var options = new RunOptions(spec.Seed, device, Computation.TypeOf(device, spec), stage, Watch: watch)
                {
                    Stop = watch.Enough,
                };
                try
                {
                    _ = Stage.RunAll(experiment.Stages, new(options, data, store, Log: null, progress));
                }
                catch (RunStoppedException) when (watch.Enough.Reason is not null)
                {
                    // The later stages need a network of this one, and for their times any will do.
                    RandomNetwork.Write(folder.Checkpoint(stage), plan, stage, store.Metadata(stage));
                }

                output.WriteLine(JsonSerializer.Serialize(new StageTrial(stage, plan.Training(stage)!.Batch, watch.Seconds, Peak() ?? 0)));
                output.Flush();
            }

            return ExitCode.Done;
        }
    }

    /// <summary>Largest memory in use of a process so far; null where Linux does not tell.</summary>
    /// <param name="path">Its status file.</param>
    public static double? Peak(string path = Status) => Machine.Bytes(path, "VmHWM");

    private sealed class Clock : ITrainingWatch
    {
        private readonly Stopwatch clock = new();
        private readonly List<double> steps = [];

        public StopRequest Enough { get; } = new();

        public double Seconds => StepTimes.Mean(steps);

        public void Begin<TParams, TState>(Network<TParams, TState> network)
            where TParams : class, ITree<TParams>
            where TState : class, ITree<TState>
        {
            steps.Clear();
            clock.Restart();
        }

        public void Step(StepMetrics metrics)
        {
            steps.Add(clock.Elapsed.TotalSeconds);
            clock.Restart();
            if (StepTimes.AreEnough(steps))
            {
                Enough.Raise("enough steps are measured");
            }
        }
    }
}

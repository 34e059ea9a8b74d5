using SimClrDsl.Cli.Commands;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Weights;
using TorchSharp;

namespace SimClrDsl.Bench;

/// <summary>
/// Our own side in a process of its own: the generated experiment in the session and the loop that <c>simclr run</c> runs it in.
/// </summary>
internal static class OwnWorker
{
    /// <summary>Trains until nothing more is asked.</summary>
    /// <param name="folder">The shared files.</param>
    /// <param name="measure">step or loop.</param>
    /// <param name="first">Steps before the first measurement.</param>
    /// <param name="bf16">Whether the network computes in bf16, else in float32.</param>
    public static void Run(string folder, string measure, int first, bool bf16)
    {
        string At(string name) => Path.Combine(folder, name);
        var experiment = InProcessCompiler.Load(File.ReadAllBytes(At($"{measure}.dll")));
        var spec = experiment.Spec;
        var device = DeviceOption.OfThisMachine;
        Computation.Prepare(device, spec);
        var options = new RunOptions(spec.Seed, device, bf16 ? torch.bfloat16 : torch.float32, StageNames.Pretrain);
        var weights = measure == Measure.Step ? At("weights.safetensors") : null;
        ImageSet images =
            measure == Measure.Step
                ? ReadyViews.Read(At("views.safetensors"), options.Device)
                : Images(At("images.safetensors"), experiment);
        var data = new ExperimentData(images, images, images, Classes: 1);

        var run = RunFolder.Create(At("runs"), spec.Name, Roster.PrecisionName(bf16)).OrThrow();
        var store = new StageStore(run, new Dictionary<string, string> { [StageNames.Pretrain] = "bench" });
        using var log = new MetricsLog(run.Metrics);
        var gate = new Gate(options.Device, first, weights, Console.In, Console.Out);
        var progress = new Progress(TextWriter.Null, live: null, TimeProvider.System);
        try
        {
            _ = Stage.RunAll(experiment.Stages, new(options with { Watch = gate }, data, store, log, progress));
        }
        catch (OperationCanceledException)
        {
            // The training has no end of its own within reach.
        }
    }

    // What the peers load as well: pretraining sees nothing else of a data set.
    private static PixelSet Images(string path, IExperiment experiment)
    {
        var pixels = SafeTensors.Read(path).OrThrow().Tensors["images"];
        return new(pixels, torch.zeros(pixels.size(0), dtype: torch.int64))
        {
            Resizing = new(experiment.Images.Bicubic, experiment.Images.Antialias),
        };
    }
}

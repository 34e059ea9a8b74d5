using System.Diagnostics;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;
using static TorchSharp.torch;

namespace SimClrDsl.Cli;

/// <summary>Sets up a run, runs it, and writes down what it gave.</summary>
internal static class Runner
{
    public static void Run(Spec spec, IExperiment? compiled, string? only, bool again, string root)
    {
        var clock = Stopwatch.StartNew();
        var (plan, hash) = (Plan.Of(spec), SpecHash.Of(spec));
        if (only is not null && !SpecText.Stages(plan).Contains(only))
        {
            throw new InputException($"'{spec.Name}' has no stage '{only}': its stages are {string.Join(", ", SpecText.Stages(plan))}.");
        }

        UseAllCores();
        var progress = Progress.OnConsole();
        var experiment = compiled ?? InProcessCompiler.Compile(spec);
        var options = Options(spec, only);
        // Before the folder: a run that has no images, or no network to go on from, leaves nothing behind.
        var data = Datasets.Open(experiment.Images, Key.FromSeed(spec.Seed).At("data"));
        var folder = RunFolder.At(root, spec.Name, hash);
        var store = new StageStore(folder, StageHashes.Of(plan), again);
        if (only is not null && Stages.Before(only, SpecText.Stages(plan)) is { } before)
        {
            store.Require(before, neededBy: only);
        }

        folder.Make();
        progress.Note(
            $"{spec.Name}: {plan.Encoder.Title}, {Numbers.Grouped(plan.Encoder.Cost.Parameters.Weights)} weights; seed {spec.Seed}; "
                + $"{options.Device.type.ToString().ToLowerInvariant()}, {Text(options.Compute)}; {folder.Path}"
        );
        Describe(folder, plan, spec);

        using var log = new MetricsLog(folder.Metrics);
        var session = new Session(options, store, log, progress);
        experiment.Run(session, data);
        Conclude(session, folder, spec, hash, clock.Elapsed);
    }

    // Debian's libtorch starts with one thread, whatever the machine has; OMP_NUM_THREADS says otherwise where a person wants it to.
    internal static void UseAllCores()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
        {
            set_num_threads(Environment.ProcessorCount);
        }
    }

    internal static SessionOptions Options(Spec spec, string? only)
    {
        var device = cuda.is_available() ? CUDA : CPU;
        var compute = spec.Precision switch
        {
            Precision.Float32 => float32,
            Precision.Bf16 => bfloat16,
            _ => Capabilities.Bf16(device) ? bfloat16 : float32,
        };
        return new(spec.Seed, device, compute, only);
    }

    private static string Text(ScalarType compute) => compute == bfloat16 ? "bf16" : "float32";

    /// <summary>What was run, beside what it gave: the spec, the plan, the code.</summary>
    private static void Describe(RunFolder folder, Plan plan, Spec spec)
    {
        folder.WriteText("spec.yaml", SpecWriter.Write(spec));
        folder.WriteText("plan.txt", PlanTable.Format(plan));
        var files = ExperimentEmitter.Emit(plan);
        foreach (var stale in folder.GeneratedFiles().Where(name => files.All(file => file.HintName != name)))
        {
            File.Delete(folder.Generated(stale));
        }

        foreach (var file in files)
        {
            AtomicFile.WriteText(folder.Generated(file.HintName), file.Text);
        }
    }

    private static void Conclude(Session session, RunFolder folder, Spec spec, string hash, TimeSpan elapsed)
    {
        var earlier = Earlier(folder.Summary);
        var summary = new Summary(
            spec.Name,
            hash,
            spec.Seed,
            Math.Round(elapsed.TotalSeconds, 1),
            session.Results.Pretrain ?? earlier?.Pretrain,
            session.Results.Top1(earlier?.Top1),
            session.Results.Top5(earlier?.Top5)
        );
        AtomicFile.WriteText(folder.Summary, summary.ToJson());
        Console.Out.WriteLine();
        Console.Out.WriteLine(ResultTable.Format(session.Results.Rows));
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{ProgressLine.Duration(elapsed)}; {folder.Path}");
    }

    /// <summary>What earlier runs of the same spec measured: running one stage again must not lose the others' results.</summary>
    private static Summary? Earlier(string path)
    {
        try
        {
            return File.Exists(path) ? Summary.Parse(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }
}

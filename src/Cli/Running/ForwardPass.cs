using System.Diagnostics;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>Takes a spec all the way to features of one image: that its network generates, compiles and fits.</summary>
internal static class ForwardPass
{
    private const double Gibi = 1L << 30;

    /// <summary>What each part of the way took.</summary>
    public static string Of(Spec spec)
    {
        var plan = Plan.Of(spec);
        var clock = Stopwatch.StartNew();
        var files = ExperimentEmitter.Emit(plan).Count;
        var generated = clock.Elapsed;
        clock.Restart();
        var experiment = InProcessCompiler.Compile(spec);
        var compiled = clock.Elapsed;

        using var scope = NewDisposeScope();
        var encoder = experiment.Untrained(Key.FromSeed(spec.Seed));
        clock.Restart();
        var features = encoder.Infer(rand([1, plan.Data.Channels, plan.Data.Side, plan.Data.Side], dtype: float32));
        var finite = features.isfinite().all().item<bool>();
        return FormattableString.Invariant(
            $"{spec.Name}: {plan.Encoder.Title}, {Numbers.Grouped(plan.Encoder.Cost.Parameters.Weights)} weights; {files} files generated in {generated.TotalSeconds:F2} s, compiled in {compiled.TotalSeconds:F1} s; {features.size(1)} {(finite ? "finite" : "NOT finite")} features of an image of {plan.Data.Side} px in {clock.Elapsed.TotalSeconds:F1} s; at most {PeakBytes / Gibi:F1} GiB of memory"
        );
    }

    private static double PeakBytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }
}

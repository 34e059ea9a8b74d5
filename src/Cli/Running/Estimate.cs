using System.Diagnostics;
using System.Text.Json;
using LanguageExt;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>
/// Estimates how long an experiment trains on this machine, and its memory, from a few steps of its own stages that are taken for it. Where
/// a step of the whole batch takes long, two smaller batches are measured, and time is taken to be linear in the batch. What was measured
/// is kept in the cache folder, by all that it depends on.
/// </summary>
internal static class Estimate
{
    // Multiply-adds a second of a slow machine, to guess what a step costs before it is measured.
    private const double SlowMachine = 5e10;
    private const double LongestStep = 4;
    private const int FewestImages = 8;
    private const int MoreImages = 16;
    private const int Multiple = 8; // odd numbers of images take other ways through the kernels, with other memory
    private const int FewestParts = 2;
    private const int MoreParts = 3;
    private const double WorthSeconds = 600;

    // What a run's memory grows by after the few steps that are measured (up to 9 % of the specs of bench/estimates).
    private const double Growth = 1.05;

    /// <summary>Whether an experiment trains for so long that measuring it first is a small part of it.</summary>
    public static bool IsWorthIt(Plan plan) => StageCost.Of(plan).Sum(static cost => cost.MultiplyAdds) / SlowMachine > WorthSeconds;

    /// <summary>The estimate of each stage of a plan that trains a network; measured in seconds to minutes where it is not known.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="specFolder">Folder of the spec's file, or null.</param>
    /// <param name="longestStep">Guessed seconds of a step above which smaller batches are measured.</param>
    /// <returns>The estimates; or that the stages cannot run here.</returns>
    public static Either<InputError, IReadOnlyList<StageEstimate>> Of(Plan plan, string? specFolder, double longestStep = LongestStep)
    {
        // Measured here if it is not known, so that the process whose memory is measured does not have to.
        _ = Computation.TypeOf(CPU, plan.Spec);
        var costs = StageCost.Of(plan).Where(static cost => StageNames.Trains(cost.Stage)).ToList();
        var small = costs
            .Select(cost => (cost.Stage, Batch: Affordable(plan, cost, longestStep)))
            .Where(one => one.Batch < plan.Training(one.Stage)!.Batch)
            .ToDictionary(static one => one.Stage, static one => one.Batch);
        return from large in Measured(plan, small, specFolder)
            from half in small.Count == 0
                ? large
                : Measured(plan, small.ToDictionary(static one => one.Key, one => Half(plan, one)), specFolder)
            select (IReadOnlyList<StageEstimate>)[.. costs.Select(cost => Extended(plan, cost, large[cost.Stage], half[cost.Stage]))];
    }

    // Time on the line through both measurements. To the memory of the larger one is added what lies between two answers: the line through
    // both, which draws out small differences, and the activations of the other images that are kept. A microbatch stays as it is, whatever
    // the batch.
    internal static StageEstimate Extended(Plan plan, StageCost cost, StageTrial large, StageTrial half)
    {
        var training = plan.Training(cost.Stage)!;
        var batch = training.Batch;
        var more = large.Batch == half.Batch ? 0 : (double)(batch - large.Batch) / (large.Batch - half.Batch);
        var counted = (1 - ((double)large.Batch / batch)) * cost.ActivationBytes * Kept(plan);
        var drawn = more * Math.Max(0, large.Bytes - half.Bytes);
        return new(
            cost.Stage,
            cost.Steps,
            large.Seconds + (more * Math.Max(0, large.Seconds - half.Seconds)),
            Growth * (Math.Max(large.Bytes, half.Bytes) + (PartOf(training) is null ? (counted + drawn) / 2 : 0))
        );
    }

    // The plan counts the output of each convolution before and after its batch norm, in float32. Kernels keep only the first of the two,
    // and what is in memory for a moment is two fifths of that (of the specs of bench/estimates).
    private static double Kept(Plan plan) => (Computation.TypeOf(CPU, plan.Spec) == bfloat16 ? 0.5 : 1) * (Kernels.InUse ? 0.7 : 1);

    private static int Affordable(Plan plan, StageCost cost, double longest)
    {
        var batch = plan.Training(cost.Stage)!.Batch;
        var images = longest * SlowMachine * cost.Steps / cost.MultiplyAdds * batch;
        return images >= batch ? batch : Whole(plan, cost.Stage, images, MoreParts, MoreImages);
    }

    private static int Half(Plan plan, KeyValuePair<string, int> one) => Whole(plan, one.Key, one.Value / 2.0, FewestParts, FewestImages);

    // Of whole microbatches: at least two of them in the smaller batch, since a single one is no microbatch, and more in the larger one.
    private static int Whole(Plan plan, string stage, double images, int parts, int least)
    {
        var training = plan.Training(stage)!;
        var batch = training.Batch;
        var (part, fewest) = PartOf(training) is { } own ? (own, parts * own) : (Multiple, least);
        return Math.Min(batch, Math.Max(fewest, (int)(images / part) * part));
    }

    // The microbatch, where a batch has several.
    private static int? PartOf(ITrainingPlan training) => training.Microbatch is { } size && size < training.Batch ? size : null;

    private static Either<InputError, Dictionary<string, StageTrial>> Measured(
        Plan plan,
        IReadOnlyDictionary<string, int> batches,
        string? specFolder
    )
    {
        var text = SpecWriter.Write(TrialSpec.Of(plan, batches));
        var name = MeasurementName.Of("estimate", version: 2, typeof(Estimate), text);
        var lines = CacheFolder.Read(name) is { } kept
            ? kept.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : Try(text, specFolder).Map(measured => Keep(name, measured));
        return lines.Map(static all =>
            all.Select(static line => JsonSerializer.Deserialize<StageTrial>(line)!).ToDictionary(static one => one.Stage)
        );
    }

    private static Either<InputError, string[]> Try(string spec, string? specFolder)
    {
        var file = Path.Combine(Path.GetTempPath(), $"simclr-trial-{Environment.ProcessId}.yaml");
        AtomicFile.WriteText(file, spec);
        try
        {
            // Of a spec in the current folder the folder is "", which is not the same as none.
            string[] folder = specFolder is null ? [] : ["--folder", Path.Combine(Environment.CurrentDirectory, specFolder)];
            var start = new ProcessStartInfo("dotnet", [typeof(Estimate).Assembly.Location, "trial", file, .. folder])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            return process.ExitCode == 0
                ? lines
                : new InputError($"time and memory cannot be measured: {Why(errors.Result, process.ExitCode)}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    // The first words of the other process's message are its name, with which this one's begins too.
    private static string Why(string errors, int exitCode)
    {
        const string Name = "simclr: ";
        var said = errors.Trim();
        return said.Length == 0
            ? $"exit code {exitCode}."
            : OneLine.Of(said.StartsWith(Name, StringComparison.Ordinal) ? said[Name.Length..] : said);
    }

    private static string[] Keep(string name, string[] lines)
    {
        CacheFolder.Write(name, string.Concat(lines.Select(static line => line + "\n")));
        return lines;
    }
}

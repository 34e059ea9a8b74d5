using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Runs on the CPU in a run folder that is gone after the test.</summary>
internal sealed class SessionRun : IDisposable
{
    /// <summary>The hash of every stage, where a test gives no other.</summary>
    internal const string Hash = "12345678";

    private readonly TempFolder temp = new();

    /// <summary>The folder that all runs lie in.</summary>
    internal string Path => temp.Path;

    internal RunFolder Folder => RunFolder.Create(temp.Path, "basic-18", Hash).Value();

    public void Dispose() => temp.Dispose();

    internal static Dictionary<string, string> Hashes(string hash) => StageNames.All.ToDictionary(static stage => stage, _ => hash);

    internal Results Run(IExperiment experiment, string? only = null, string hash = Hash) => Run(experiment, Folder, only, Hashes(hash));

    internal static Results Run(
        IExperiment experiment,
        RunFolder folder,
        string? only,
        Dictionary<string, string> hashes,
        bool again = false
    )
    {
        using var log = new MetricsLog(folder.Metrics);
        var data = Datasets.Open(experiment.Images, Key.FromSeed(1).At("data")).Value();
        var context = new StageContext(Options(only), data, new StageStore(folder, hashes, again), log, Silent);
        return Stage.RunAll(experiment.Stages, context).Results;
    }

    /// <summary>Single stages of networks and steps that a test makes.</summary>
    internal StageRun Stages(MetricsLog log, string? only, Dictionary<string, string> hashes) =>
        new(Options(only), new StageStore(Folder, hashes), log, Silent);

    internal static RunOptions Options(string? only) => new(Seed: 1, CPU, ScalarType.Float32, only);

    internal static Progress Silent => new(TextWriter.Null, live: null, TimeProvider.System);
}

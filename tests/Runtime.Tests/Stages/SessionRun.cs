using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Sessions on the CPU in a run folder that is gone after the test.</summary>
internal sealed class SessionRun : IDisposable
{
    /// <summary>The hash of every stage, where a test gives no other.</summary>
    internal const string Hash = "12345678";

    private readonly TempFolder temp = new();

    /// <summary>The folder that all runs lie in.</summary>
    internal string Path => temp.Path;

    internal RunFolder Folder => RunFolder.Create(temp.Path, "basic-18", Hash);

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
        var session = Session(folder, log, only, hashes, again);
        experiment.Run(session, Datasets.Open(experiment.Images, Key.FromSeed(1).At("data")));
        return session.Results;
    }

    internal Session Session(MetricsLog log, string? only, Dictionary<string, string> hashes) =>
        Session(Folder, log, only, hashes, again: false);

    private static Session Session(RunFolder folder, MetricsLog log, string? only, Dictionary<string, string> hashes, bool again) =>
        new(
            new(Seed: 1, CPU, ScalarType.Float32, only),
            new StageStore(folder, hashes, again),
            log,
            new Progress(TextWriter.Null, terminal: false, TimeProvider.System)
        );
}

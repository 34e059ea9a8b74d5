using SimClrDsl.Planning;
using SimClrDsl.Runtime.Runs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>A run of stages on colours, in a folder of its own.</summary>
internal sealed class ColourSession : IDisposable
{
    private const string Hash = "12345678";

    private readonly TempFolder temp = new();
    private readonly MetricsLog log;
    private readonly StringWriter output = new() { NewLine = "\n" };

    internal ColourSession(string? only = null)
    {
        Folder = RunFolder.Create(temp.Path, "colours", Hash).Value();
        log = new(Folder.Metrics);
        Session = new StageRun(
            new(Seed: 1, CPU, ScalarType.Float32, only),
            new StageStore(Folder, StageNames.All.ToDictionary(static stage => stage, static _ => Hash)),
            log,
            new Progress(output, live: null, TimeProvider.System)
        );
    }

    internal StageRun Session { get; }

    internal RunFolder Folder { get; }

    /// <summary>What the person has seen.</summary>
    internal string Output => output.ToString();

    internal IReadOnlyList<ResultRow> Rows => Session.Results.Rows;

    /// <summary>Whether a stage left anything that a later run would take for finished.</summary>
    internal bool HasLeft(string stage) =>
        File.Exists(Folder.Checkpoint(stage))
        || File.Exists(Folder.StageFile(stage))
        || FinishedStages.Find(temp.Path, stage, Hash) is not null
        || Session.Results.Rows.Count > 0;

    public void Dispose()
    {
        log.Dispose();
        temp.Dispose();
    }
}

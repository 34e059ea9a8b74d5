namespace SimClrDsl.Runtime;

/// <summary>Where a run keeps its stages' networks and results, and finds those that it or another run of the folder finished before.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="hashes">Hash of each stage, by its name: what it computes.</param>
/// <param name="again">Whether stages run even where they are finished.</param>
public sealed class StageStore(RunFolder folder, IReadOnlyDictionary<string, string> hashes, bool again = false)
{
    /// <summary>A finished stage that computed exactly this one; null where it has yet to run.</summary>
    public FoundStage? Finished(string stage) => again ? null : Find(stage);

    /// <summary>Where a stage's network is saved.</summary>
    public string Checkpoint(string stage) => folder.Checkpoint(stage);

    /// <summary>What a stage's network is saved with, and must carry to be loaded.</summary>
    public IReadOnlyDictionary<string, string> Metadata(string stage) =>
        new Dictionary<string, string> { ["stage"] = stage, ["stage_hash"] = hashes[stage] };

    /// <summary>The checkpoint of an earlier stage: this run's, or that of a run which finished the same stage.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Require(string stage, string neededBy) =>
        File.Exists(folder.Checkpoint(stage))
            ? folder.Checkpoint(stage)
            : Find(stage)?.Run.Checkpoint(stage)
                ?? throw new InputException(
                    $"stage '{neededBy}' needs the network of stage '{stage}', but {folder.Checkpoint(stage)} does not exist: run '{stage}' first."
                );

    /// <summary>Writes down what a finished stage measured, after its network is saved.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Finish(string stage, IReadOnlyList<ResultRow> results, PretrainSummary? pretrain) =>
        FinishedStages.Write(folder, new(stage, hashes[stage], results, pretrain));

    private FoundStage? Find(string stage) => FinishedStages.Find(folder.Root, stage, hashes[stage]);
}

using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// Where a run keeps its stages' networks and results, and finds those that it or another run of the folder finished before.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="hashes">Hash of each stage, by its name: what it computes.</param>
/// <param name="again">Whether stages run even where they are finished.</param>
/// <param name="data">What each stage is made from, of <see cref="StageDigests"/>; left out, nothing, as of networks that are
/// imported.</param>
/// <param name="code">Digest of the program that computes the stages; left out, nobody asks for it.</param>
/// <param name="card">What those who use a stage's network have to know; null leaves it out of checkpoints.</param>
public sealed class StageStore(
    RunFolder folder,
    IReadOnlyDictionary<string, string> hashes,
    bool again = false,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? data = null,
    string code = "",
    NetworkCard? card = null
)
{
    private static readonly IReadOnlyDictionary<string, string> NoData = new Dictionary<string, string>();

    /// <summary>What a stage is computed from.</summary>
    internal StageIdentity Identity(string stage) => new(stage, hashes[stage], data?.GetValueOrDefault(stage) ?? NoData, code);

    /// <summary>Whether stages start over even where they are finished or were interrupted.</summary>
    public bool Again => again;

    /// <summary>The checkpoints of a stage that has not ended.</summary>
    internal UnfinishedStages Unfinished(string stage) => new(folder, Identity(stage));

    /// <summary>A finished stage that computed exactly this one, from the same data; null where it has yet to run.</summary>
    public FoundStage? Finished(string stage) => again ? null : Find(stage);

    /// <summary>
    /// Why a stage that was finished before runs again: what it was made from has changed. Null where it was never finished, or runs again
    /// because that is asked for.
    /// </summary>
    public string? Outdated(string stage) =>
        !again && FinishedStages.All(folder.Root, stage, hashes[stage]).FirstOrDefault() is { } found
            ? $"finished before in {found.Run.Path}, but {Difference(found.Stage)}"
            : null;

    /// <summary>Where a stage's network is saved.</summary>
    public string Checkpoint(string stage) => folder.Checkpoint(stage);

    /// <summary>The metadata that a stage's network must have to be loaded.</summary>
    public IReadOnlyDictionary<string, string> Needed(string stage) => NeededOf(stage, hashes[stage]);

    /// <summary>The metadata that a network must have to be the one that a stage of this hash trained.</summary>
    internal static IReadOnlyDictionary<string, string> NeededOf(string stage, string hash) =>
        new Dictionary<string, string> { ["stage"] = stage, ["stage_hash"] = hash };

    /// <summary>The metadata that a stage's network is saved with.</summary>
    public IReadOnlyDictionary<string, string> Metadata(string stage) =>
        card is null ? Needed(stage) : Needed(stage).Concat((card with { DataDigests = Identity(stage).Data }).ToMetadata()).ToDictionary();

    /// <summary>
    /// The checkpoint of an earlier stage: this run's, or that of a run which finished the same stage from the same data.
    /// </summary>
    /// <returns>Its path, or that there is none.</returns>
    public Either<InputError, string> Require(string stage, string neededBy)
    {
        var (own, note) = (folder.Checkpoint(stage), FinishedStages.Of(folder, stage));
        var outdated = note is not null && note.Hash == hashes[stage] ? Difference(note) : null;

        // A network without a note, or of another hash, is refused as it is loaded, by what it was saved with.
        var path = File.Exists(own) && outdated is null ? own : NetworkOf(stage);
        var why =
            outdated is not null ? $"but of {own} {outdated}"
            : Outdated(stage) is { } elsewhere ? $"which was {elsewhere}"
            : $"but {own} does not exist";
        return path is not null
            ? path
            : new InputError($"stage '{neededBy}' needs the network of stage '{stage}', {why}: run '{stage}' first.");
    }

    /// <summary>
    /// Takes back that a stage is finished, before its network is replaced: a run cut off in between leaves none that is wrong.
    /// </summary>
    /// <exception cref="InputException">The note cannot be removed.</exception>
    public void Begin(string stage) => FinishedStages.Remove(folder, stage);

    /// <summary>Writes down what a finished stage measured, after its network is saved.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Finish(string stage, IReadOnlyList<ResultRow> results, PretrainSummary? pretrain)
    {
        var identity = Identity(stage);
        FinishedStages.Write(folder, new(stage, identity.Hash, results, pretrain, identity.Data, identity.Code));
        new UnfinishedStages(folder, identity).Clear();
    }

    /// <summary>
    /// The checkpoint of a stage that this run, or another one, has finished from the same data; null if there is none.
    /// </summary>
    internal string? NetworkOf(string stage) => Find(stage)?.Run.Checkpoint(stage);

    private FoundStage? Find(string stage) =>
        FinishedStages.All(folder.Root, stage, hashes[stage]).FirstOrDefault(found => Difference(found.Stage) is null);

    private string? Difference(FinishedStage note) => Identity(note.Stage).Difference(note.Data, note.Code);
}

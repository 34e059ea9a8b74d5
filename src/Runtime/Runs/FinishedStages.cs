using System.Text.Json;
using System.Text.Json.Serialization;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Runs;

/// <summary>The outcome of a stage, which its run leaves behind so that no run computes it again: stages/NAME.json.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Hash">What it computed: the hash of its plan and of what it went on from.</param>
/// <param name="Results">What it measured.</param>
/// <param name="Pretrain">What pretraining measured.</param>
/// <param name="Data">
/// Digests of the images and labels it was made from (<see cref="StageDigests"/>); empty for an imported network, which does not depend
/// on them, and null in a note of a version that did not keep them.
/// </param>
/// <param name="Code">Digest of the program that computed it; null in a note of a version that did not keep it.</param>
public sealed record FinishedStage(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("hash")] string Hash,
    [property: JsonPropertyName("results")] IReadOnlyList<ResultRow> Results,
    [property: JsonPropertyName("pretrain")] PretrainSummary? Pretrain,
    [property: JsonPropertyName("data")] IReadOnlyDictionary<string, string>? Data = null,
    [property: JsonPropertyName("code")] string? Code = null
);

/// <summary>A finished stage and the run that holds it, perhaps another one's.</summary>
public sealed record FoundStage(FinishedStage Stage, RunFolder Run);

/// <summary>The finished stages of all runs of a folder.</summary>
public static class FinishedStages
{
    /// <summary>The finished stage of a hash, the newest where there are several; null where no run has finished it.</summary>
    public static FoundStage? Find(string root, string stage, string hash) => All(root, stage, hash).FirstOrDefault();

    /// <summary>Every finished stage of a hash, the newest first, whatever data it was made from.</summary>
    public static IEnumerable<FoundStage> All(string root, string stage, string hash) =>
        Runs(root)
            .Select(run => (Run: run, File: run.StageFile(stage)))
            .Where(static found => File.Exists(found.File))
            .OrderByDescending(static found => File.GetLastWriteTimeUtc(found.File))
            .Select(found => (found.Run, Stage: Of(found.Run, stage)))
            .Where(found => found.Stage?.Hash == hash && HasNetwork(found.Run, stage))
            .Select(static found => new FoundStage(found.Stage!, found.Run));

    /// <summary>All finished stages by their name and hash, the newest where there are several.</summary>
    public static IReadOnlyDictionary<(string Stage, string Hash), FinishedStage> All(string root) =>
        Runs(root)
            .SelectMany(static run => StageNames.All.Select(stage => (Run: run, Stage: stage, File: run.StageFile(stage))))
            .Where(static found => File.Exists(found.File))
            .OrderByDescending(static found => File.GetLastWriteTimeUtc(found.File))
            .Select(static found => (found.Run, found.Stage, Finished: Of(found.Run, found.Stage)))
            .Where(static found => found.Finished is not null && HasNetwork(found.Run, found.Stage))
            .GroupBy(static found => (found.Stage, found.Finished!.Hash))
            .ToDictionary(static same => same.Key, static same => same.First().Finished!);

    /// <summary>A run's note of a stage. One that is damaged, or that is gone by now, is one that is not there.</summary>
    public static FinishedStage? Of(RunFolder run, string stage)
    {
        try
        {
            return JsonSerializer.Deserialize<FinishedStage>(File.ReadAllText(run.StageFile(stage)), RunJson.Line);
        }
        catch (Exception e) when (e is JsonException || InputException.IsFileTrouble(e))
        {
            return null;
        }
    }

    /// <summary>Writes down that a run has finished a stage, whose network is saved already.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(RunFolder run, FinishedStage stage) =>
        AtomicFile.WriteText(run.StageFile(stage.Stage), JsonSerializer.Serialize(stage, RunJson.Indented) + "\n");

    /// <summary>Removes a run's note of a stage, before the network that it stands for is replaced.</summary>
    /// <exception cref="InputException">It cannot be removed.</exception>
    public static void Remove(RunFolder run, string stage)
    {
        try
        {
            File.Delete(run.StageFile(stage));
        }
        catch (DirectoryNotFoundException)
        {
            // A run that has not begun has nothing to remove.
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{run.StageFile(stage)} cannot be removed: {InputException.Reason(e)}.", e);
        }
    }

    private static IEnumerable<RunFolder> Runs(string root) =>
        Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(RunFolder.Of) : [];

    private static bool HasNetwork(RunFolder run, string stage) => !StageNames.Trains(stage) || File.Exists(run.Checkpoint(stage));
}

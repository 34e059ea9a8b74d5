using System.Globalization;
using System.Text.Json;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// The checkpoints of a stage that has not ended: checkpoints/STAGE-DIGEST/step-N.safetensors, where the digest stands for what the stage
/// is computed from, so that a checkpoint made from other data lies elsewhere and is not lost.
/// </summary>
/// <param name="run">Folder of the run.</param>
/// <param name="identity">What the stage is computed from.</param>
internal sealed class UnfinishedStages(RunFolder run, StageIdentity identity)
{
    private const string Prefix = "step-";
    private const string Extension = ".safetensors";

    private string Folder => Path.Combine(run.File("checkpoints"), $"{identity.Stage}-{identity.Digest()}");

    /// <summary>
    /// The step at which a stage that has not ended last made a checkpoint, whatever it was computed from; null where it has none.
    /// </summary>
    /// <param name="run">Folder of the run.</param>
    /// <param name="stage">Name of the stage.</param>
    public static int? LastStep(RunFolder run, string stage)
    {
        var steps = Folders(run, stage).SelectMany(Files).Select(Position).ToList();
        return steps.Count == 0 ? null : steps.Max();
    }

    /// <summary>Whether there is a checkpoint to go on from; it may be damaged.</summary>
    public bool Any() => Files(Folder).Any();

    /// <summary>
    /// Where the stage stood at its newest checkpoint that is whole; null where there is none. Tensors belong to the caller's scope.
    /// </summary>
    /// <param name="note">Is told of each one that is damaged.</param>
    /// <param name="last">Checkpoints after this step are passed over.</param>
    public UnfinishedStage? Newest(Action<string> note, int last = int.MaxValue)
    {
        foreach (var file in Files(Folder).Where(file => Position(file) <= last))
        {
            if (Read(file).Try(out var stage, out var damage))
            {
                return stage;
            }

            note($"{identity.Stage}: {damage.Message} The checkpoint before it is used, if there is one.");
        }

        return null;
    }

    /// <summary>
    /// Why a stage that was interrupted begins anew: what it is computed from is not what its checkpoints were. Null where it has none.
    /// </summary>
    public string? Outdated()
    {
        var other = Others().Where(static folder => Files(folder).Any()).OrderByDescending(Directory.GetLastWriteTimeUtc).FirstOrDefault();
        return other is null ? null : $"interrupted before in {Files(other).First()}, but {Difference(Files(other).First())}";
    }

    /// <summary>Writes a checkpoint, and removes all but the newest ones.</summary>
    /// <param name="tensors">The training state and whatever else the stage keeps, by name.</param>
    /// <param name="note">Numbers and texts.</param>
    /// <param name="keep">Number of checkpoints that are kept.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="InputException">It cannot be written; those before it stay.</exception>
    public string Write(IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors, UnfinishedNote note, int keep)
    {
        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{note.Position}{Extension}"));
        SafeTensors.Write(
            path,
            tensors,
            new Dictionary<string, string>
            {
                ["stage"] = identity.Stage,
                ["stage_hash"] = identity.Hash,
                ["data"] = JsonSerializer.Serialize(identity.Data),
                ["code"] = identity.Code,
                ["note"] = note.ToJson(),
            }
        );
        // One that lies ahead is of a training that was damaged later on, or begun anew.
        var ahead = Files(Folder).Where(file => Position(file) > note.Position);
        foreach (var file in ahead.Concat(Files(Folder).Where(file => Position(file) <= note.Position).Skip(keep)).ToList())
        {
            Remove(() => File.Delete(file));
        }

        return path;
    }

    /// <summary>Removes all checkpoints of the stage, which has ended or begins anew, whatever they were made from.</summary>
    public void Clear()
    {
        foreach (var folder in Others().Append(Folder).Where(Directory.Exists).ToList())
        {
            Remove(() => Directory.Delete(folder, recursive: true));
        }
    }

    private static Either<InputError, UnfinishedStage> Read(string path) =>
        from file in SafeTensors.Read(path, checksummed: true)
        from note in NoteOf(path, file.Metadata)
        select new UnfinishedStage(file.Tensors, note);

    private static Either<InputError, UnfinishedNote> NoteOf(string path, IReadOnlyDictionary<string, string> metadata) =>
        UnfinishedNote.Parse(metadata.GetValueOrDefault("note")) is { } note
            ? note
            : new InputError($"{path} holds no note of where the stage stood.");

    private string Difference(string path) => Checkpoint.Metadata(path).Match(Right: Difference, Left: static _ => "it is damaged");

    private string Difference(IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            return metadata.GetValueOrDefault("stage_hash") != identity.Hash
                ? "what the stage computes has changed since"
                : identity.Difference(
                    JsonSerializer.Deserialize<Dictionary<string, string>>(metadata.GetValueOrDefault("data") ?? "{}"),
                    metadata.GetValueOrDefault("code")
                ) ?? "what it was made from is not known";
        }
        catch (JsonException)
        {
            return "it is damaged";
        }
    }

    private IEnumerable<string> Others() => Folders(run, identity.Stage).Where(folder => folder != Folder);

    private static IEnumerable<string> Folders(RunFolder run, string stage) =>
        Directory.Exists(run.File("checkpoints")) ? Directory.EnumerateDirectories(run.File("checkpoints"), $"{stage}-????????") : [];

    // The newest first.
    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, $"{Prefix}*{Extension}")
                .Where(static file => Position(file) >= 0)
                .OrderByDescending(Position)
            : [];

    private static int Position(string file) =>
        int.TryParse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : -1;

    // A checkpoint that stays does no harm: the newest one is used.
    private static void Remove(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception e) when (InputException.IsFileTrouble(e)) { }
    }
}

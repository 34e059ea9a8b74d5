using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Runs;

/// <summary>The folder of a run: runs/NAME-HASH/ with checkpoints/, generated/, metrics.jsonl and summary.json.</summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>Path of the folder.</summary>
    public string Path { get; }

    /// <summary>Path of the file of the curves, which has one JSON object in each line.</summary>
    public string Metrics => File("metrics.jsonl");

    /// <summary>Path of the file of the results.</summary>
    public string Summary => File("summary.json");

    /// <summary>Makes the folder, or reuses the one of an earlier run of the same spec, and checks that it can be written.</summary>
    /// <param name="root">Folder of all runs.</param>
    /// <param name="name">Name of the experiment.</param>
    /// <param name="hash">Hash of its spec, so that another spec of the same name has another folder.</param>
    /// <returns>The folder, or that it cannot be made or written and why.</returns>
    public static Either<InputError, RunFolder> Create(string root, string name, string hash)
    {
        var folder = At(root, name, hash);
        try
        {
            Directory.CreateDirectory(folder.File("checkpoints"));
            Directory.CreateDirectory(folder.File("generated"));
            Directory.CreateDirectory(folder.File("stages"));
            var probe = folder.File(".writable");
            System.IO.File.WriteAllText(probe, "");
            System.IO.File.Delete(probe);
            return folder;
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new InputError($"{folder.Path} cannot be written ({InputException.Reason(e)}): give a folder for runs that can be.");
        }
    }

    /// <summary>The folder that <see cref="Create"/> would make. Nothing is made, and it need not exist.</summary>
    public static RunFolder At(string root, string name, string hash) => new(System.IO.Path.Combine(root, $"{name}-{hash}"));

    /// <summary>The run whose folder has this path.</summary>
    public static RunFolder Of(string path) => new(path);

    /// <summary>The spec of a run, if a path is that of a run's folder; else null.</summary>
    /// <param name="path">Any path.</param>
    public static string? SpecOf(string path) =>
        System.IO.Path.Combine(path, "spec.yaml") is var spec
        && System.IO.File.Exists(spec)
        && Directory.Exists(Of(path).File("checkpoints"))
            ? spec
            : null;

    /// <summary>The folder of all runs.</summary>
    public string Root => System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } root ? root : ".";

    /// <summary>Path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Path of a stage's checkpoint.</summary>
    public string Checkpoint(string stage) => System.IO.Path.Combine(Path, "checkpoints", $"{stage}.safetensors");

    /// <summary>Path of what a finished stage measured.</summary>
    public string StageFile(string stage) => System.IO.Path.Combine(Path, "stages", $"{stage}.json");

    /// <summary>Adds a line to launches.jsonl: the run starts, or goes on.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(Launch launch)
    {
        using var launches = new JsonLines(Launches);
        launches.Append(launch);
    }

    /// <summary>The starts of the run, the newest last; a line that cannot be read is left out, as one that was cut off is.</summary>
    public IReadOnlyList<Launch> AllLaunches() => JsonLines.Read<Launch>(Launches);

    /// <summary>The newest start of the run; null where there is none that can be read.</summary>
    internal Launch? LastLaunch() => AllLaunches().LastOrDefault();

    private string Launches => File("launches.jsonl");

    /// <summary>Path of a copy of the generated source that ran.</summary>
    public string Generated(string file) => System.IO.Path.Combine(Path, "generated", file);

    /// <summary>Names of the generated files that the folder holds.</summary>
    public IEnumerable<string> GeneratedFiles() =>
        Directory.EnumerateFiles(File("generated")).Select(System.IO.Path.GetFileName).OfType<string>().ToList();

    /// <summary>Writes a text file in the folder where there is text, and removes an earlier one where there is none.</summary>
    /// <exception cref="InputException">It cannot be written or removed.</exception>
    public void WriteOrRemove(string name, string text)
    {
        if (text.Length > 0)
        {
            WriteText(name, text);
            return;
        }

        try
        {
            System.IO.File.Delete(File(name));
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{File(name)} cannot be removed: {InputException.Reason(e)}.", e);
        }
    }

    /// <summary>Writes a text file in the folder, whole or not at all.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void WriteText(string name, string text) => AtomicFile.WriteText(File(name), text);
}

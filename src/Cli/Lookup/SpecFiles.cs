using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Lookup;

/// <summary>The YAML files of the project's experiments/ folder and its folders, found from the launcher's root or from here.</summary>
internal static class SpecFiles
{
    /// <summary>Every file, those of experiments/ itself first.</summary>
    public static IEnumerable<string> All() => Folders().SelectMany(In);

    /// <summary>Whether experiments/ has a folder of this name.</summary>
    public static bool HasFolder(string name) => Folders().Skip(1).Any(folder => Path.GetFileName(folder) == name);

    /// <summary>The files of one folder of experiments/, by its name.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public static IReadOnlyList<string> OfFolder(string name)
    {
        var folder = Folders().Skip(1).FirstOrDefault(folder => Path.GetFileName(folder) == name);
        return folder is null
            ? throw new InputException(
                $"experiments/ has no folder '{name}': its folders are {string.Join(", ", Folders().Skip(1).Select(Path.GetFileName))}."
            )
            : [.. In(folder)];
    }

    /// <summary>The file of a name without its ending, if there is one.</summary>
    public static string? Named(string name) => All().FirstOrDefault(file => NameOf(file) == name);

    public static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    /// <summary>The text of a file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static string Text(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder: give the path of a YAML file.");
        }

        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist: give the path of a YAML file, or the name of an experiment ('simclr list').");
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    private static IEnumerable<string> Folders()
    {
        var root = Path.Combine(Environment.GetEnvironmentVariable("SIMCLR_ROOT") ?? ".", "experiments");
        return Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).Where(static folder => In(folder).Any()).Order(StringComparer.Ordinal).Prepend(root)
            : [];
    }

    private static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal);
}

using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Lookup;

/// <summary>
/// Finds the YAML files in experiments/ and its subfolders, relative to the launcher's root folder or else to the current folder.
/// </summary>
internal static class SpecFiles
{
    /// <summary>All files; those directly in experiments/ come first.</summary>
    public static IEnumerable<string> All() => Folders().SelectMany(In);

    /// <summary>Whether experiments/ has a subfolder of this name.</summary>
    public static bool HasFolder(string name) => Folders().Skip(1).Any(folder => Path.GetFileName(folder) == name);

    /// <summary>The files of a subfolder of experiments/.</summary>
    /// <returns>Their paths, or that there is no such subfolder.</returns>
    public static Either<InputError, IReadOnlyList<string>> OfFolder(string name)
    {
        var folder = Folders().Skip(1).FirstOrDefault(folder => Path.GetFileName(folder) == name);
        return folder is null
            ? new InputError(
                $"experiments/ has no folder '{name}': its folders are {string.Join(", ", Folders().Skip(1).Select(Path.GetFileName))}."
            )
            : In(folder).ToList();
    }

    /// <summary>The file with a name, which is given without its extension; null if there is none.</summary>
    public static string? Named(string name) => All().FirstOrDefault(file => NameOf(file) == name);

    public static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    /// <summary>Reads a file.</summary>
    /// <returns>Its text, or why it cannot be read.</returns>
    public static Either<InputError, string> Text(string path) =>
        Directory.Exists(path) ? new InputError($"{path} is a folder: give the path of a YAML file.")
        : !File.Exists(path)
            ? new InputError($"{path} does not exist: give the path of a YAML file, or the name of an experiment ('simclr list').")
        : Inputs.Reading(path, () => File.ReadAllText(path));

    // Generated/ holds the specs of experiments as reviewers read them, and declares nothing.
    private static IEnumerable<string> Folders()
    {
        var root = Path.Combine(Environment.GetEnvironmentVariable("SIMCLR_ROOT") ?? ".", "experiments");
        return Directory.Exists(root)
            ? Directory
                .EnumerateDirectories(root)
                .Where(static folder => Path.GetFileName(folder) != "Generated" && In(folder).Any())
                .Order(StringComparer.Ordinal)
                .Prepend(root)
            : [];
    }

    private static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal);
}

namespace SimClrDsl.Runtime.Data;

/// <summary>Where to look for a data set, and how to check its images.</summary>
/// <param name="SpecFolder">
/// Folder of the spec's file, against which relative paths are resolved first; null for an experiment that was built in.
/// </param>
/// <param name="Cache">Results of earlier checks of images.</param>
/// <param name="Progress">
/// Called with the number of images checked so far and their total, from several threads; null for no progress.
/// </param>
public sealed record DataPlace(string? SpecFolder, ImageCache Cache, Action<int, int>? Progress = null)
{
    /// <summary>Without a spec's folder, and without a cache.</summary>
    public static DataPlace Anywhere { get; } = new(SpecFolder: null, ImageCache.None);
}

/// <summary>Resolves the paths of data sets.</summary>
internal static class DataFolder
{
    /// <summary>
    /// Resolves a path. An absolute path is returned as it is. A relative one is searched in the folder of the spec's file, and then in
    /// $SIMCLR_DATA or, if that is not set, in data/ of the project or else of the current folder. If it is in none of them, the first of
    /// these locations is returned.
    /// </summary>
    public static string Resolve(string path, DataPlace place)
    {
        var data = OfData(path);
        if (Path.IsPathRooted(path) || place.SpecFolder is not { } folder)
        {
            return data;
        }

        var beside = Path.Combine(folder, path);
        return Path.Exists(beside) || !Path.Exists(data) ? beside : data;
    }

    /// <summary>The path of a data set for which the spec gives none, in $SIMCLR_DATA or data/.</summary>
    public static string OfData(string path) =>
        Path.Combine(
            Environment.GetEnvironmentVariable("SIMCLR_DATA")
                ?? Path.Combine(Environment.GetEnvironmentVariable("SIMCLR_ROOT") ?? ".", "data"),
            path
        );

    /// <summary>
    /// The path of a file that belongs to a data set: in the data set's folder, or else in the folder of the spec's file.
    /// </summary>
    public static string File(string name, string folder, DataPlace place)
    {
        var within = Path.Combine(folder, name);
        return place.SpecFolder is { } spec && !System.IO.File.Exists(within) && System.IO.File.Exists(Path.Combine(spec, name))
            ? Path.Combine(spec, name)
            : within;
    }
}
